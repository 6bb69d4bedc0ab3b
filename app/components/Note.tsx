import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import { Icon, type IconName } from "./Icon.tsx";

export type NoteTone = "plain" | "stop" | "caution" | "unknown" | "accent" | "clear";

const ICONS: Record<NoteTone, IconName> = { plain: "chat", stop: "stop", caution: "caution", unknown: "unknown", accent: "lock", clear: "clear" };

/** A boxed remark inside a panel: a likely cause, a warning, a need for approval. `alert` reads it out when it appears. */
export function Note({ tone = "plain", icon, alert = false, children }: { tone?: NoteTone; icon?: IconName; alert?: boolean; children: ReactNode }): ReactNode {
  return (
    <div className={cx("note", tone !== "plain" && `note-${tone}`)} role={alert ? "alert" : undefined}>
      <Icon name={icon ?? ICONS[tone]} />
      <div>{children}</div>
    </div>
  );
}
