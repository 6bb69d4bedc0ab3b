import { type ReactNode, useId } from "react";
import { cx } from "./cx.ts";

interface PanelProps {
  title?: ReactNode;
  /** Quiet words after the title. */
  sub?: ReactNode;
  /** Right end of the head: a link, a legend, a state. */
  end?: ReactNode;
  /** A hairline under the head, for tables and states. */
  lined?: boolean;
  /** No padding around the body: for tables and charts that run to the edge. */
  flush?: boolean;
  /** On phones the table inside becomes cards and the panel's own frame goes. */
  cards?: boolean;
  className?: string;
  children?: ReactNode;
}

/** A framed region. With a title it is a landmark that screen readers list. */
export function Panel({ title, sub, end, lined = false, flush = false, cards = false, className, children }: PanelProps): ReactNode {
  const id = useId();
  return (
    <section className={cx("panel", cards && "as-cards", className)} aria-labelledby={title ? id : undefined}>
      {title ? (
        <div className={cx("panel-hd", lined && "ln")}>
          <h2 id={id}>{title}</h2>
          {sub ? <span className="sub">{sub}</span> : null}
          {end ? <span className="end">{end}</span> : null}
        </div>
      ) : null}
      {flush ? children : <div className={title ? "panel-bd" : "px-3.5 py-3"}>{children}</div>}
    </section>
  );
}
