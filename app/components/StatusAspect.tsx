import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import { Icon } from "./Icon.tsx";

/** stop: failing, breached, missing · caution: at risk, late, ambiguous · clear: verified, recovered · unknown · paused · waiting: not yet due. */
export type Aspect = "stop" | "caution" | "clear" | "unknown" | "paused" | "waiting";

const TEXT: Record<Aspect, string | undefined> = { stop: "t-stop", caution: "t-caution", clear: undefined, unknown: "t-unknown", paused: undefined, waiting: undefined };

/** A state as shape plus text. With `iconOnly` the text is read aloud instead of shown: only where the row itself says it. */
export function StatusAspect({ aspect, children, iconOnly, small, toned }: { aspect: Aspect; children: string; iconOnly?: boolean; small?: boolean; toned?: boolean }): ReactNode {
  if (iconOnly) return <Icon name={aspect} label={children} />;
  return (
    <span className={cx("aspect", small && "small", toned && TEXT[aspect])}>
      <Icon name={aspect} size={small ? "s" : undefined} />
      {children}
    </span>
  );
}
