import type { ReactNode } from "react";

/** What is not known: its own colour and italics, never a zero. */
export function Unknown({ children = "unknown" }: { children?: ReactNode }): ReactNode {
  return <span className="unknown">{children}</span>;
}

/** What does not apply here. */
export function NotApplicable(): ReactNode {
  return (
    <span className="na text-ink-3">
      <span aria-hidden="true">–</span>
      <span className="vh">does not apply</span>
    </span>
  );
}
