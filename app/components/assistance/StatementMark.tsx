import type { ReactNode } from "react";
import { Link } from "react-router";
import { type Mark, statementPath } from "../../assistance/statements.ts";
import { Note } from "../Note.tsx";
import { StatementIcon } from "./StatementList.tsx";

/** A small mark beside an integration that leads to what stands out there; nothing where nothing does. */
export function StatementMark({ marks }: { marks: readonly Mark[] | undefined }): ReactNode {
  const [first] = marks ?? [];
  if (!marks || !first) return null;
  return (
    <Link to={statementPath(first.id)} className="inline-flex shrink-0 items-center" data-tip={marks.map((mark) => mark.title).join(". ")} aria-label={`What stands out: ${marks.map((mark) => mark.title).join(". ")}`}>
      <StatementIcon kind={first.kind} />
    </Link>
  );
}

/** What stands out at one integration, in words, each leading to its rows; nothing where nothing does. */
export function StatementNotes({ marks }: { marks: readonly Mark[] }): ReactNode {
  return marks.map((mark) => (
    <Note key={mark.id} tone={mark.kind === "silent" ? "unknown" : "plain"} icon="eye">
      {mark.title}. <Link className="link" to={statementPath(mark.id)}>How sure, and from which rows</Link>
    </Note>
  ));
}
