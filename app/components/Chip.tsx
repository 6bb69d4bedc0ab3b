import type { ReactNode } from "react";
import { Link } from "react-router";
import { cx } from "./cx.ts";
import { Icon, type IconName } from "./Icon.tsx";

export type Tone = "plain" | "stop" | "caution" | "clear" | "unknown" | "accent" | "outline";

interface ChipProps {
  tone?: Tone;
  icon?: IconName;
  /** Makes the chip a link. */
  to?: string;
  children: ReactNode;
}

/** A small label for a state or a fact beside what it is about. Colour never stands alone: it has text, mostly an icon too. */
export function Chip({ tone = "plain", icon, to, children }: ChipProps): ReactNode {
  const classes = cx("chip", tone !== "plain" && `chip-${tone}`);
  const content = (
    <>
      {icon ? <Icon name={icon} /> : null}
      {children}
    </>
  );
  return to ? (
    <Link to={to} className={classes}>
      {content}
    </Link>
  ) : (
    <span className={classes}>{content}</span>
  );
}

/** The badge before a group of equal failures: how many there are, drawn as a small stack. */
export function StackCount({ count, what }: { count: number; what: string }): ReactNode {
  return (
    <span className="stackn">
      {count}
      <span className="vh"> {what}</span>
    </span>
  );
}
