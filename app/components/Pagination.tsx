import type { ReactNode } from "react";
import { ButtonLink } from "./Button.tsx";

interface PaginationProps {
  /** `1–50 of 764` in words, from the server's own count. */
  text: string;
  /** Where the first page and the next one are; null when there is none. Cursors only go forward. */
  firstTo: string | null;
  nextTo: string | null;
}

/** Cursor paging as links. Going back is the browser's own history. */
export function Pagination({ text, firstTo, nextTo }: PaginationProps): ReactNode {
  return (
    <nav className="pager" aria-label="Pages">
      <span>{text}</span>
      <span className="end">
        {firstTo ? <ButtonLink to={firstTo}>First page</ButtonLink> : null}
        {nextTo ? (
          <ButtonLink to={nextTo}>
            Next page
          </ButtonLink>
        ) : null}
      </span>
    </nav>
  );
}
