import type { ReactNode } from "react";
import { Icon, type IconName } from "./Icon.tsx";

export type Kind = "failed" | "overdue" | "mismatch" | "rejected";

const KINDS: Record<Kind, { icon: IconName; label: string }> = {
  failed: { icon: "failed", label: "Failed" },
  overdue: { icon: "clock", label: "Overdue" },
  mismatch: { icon: "unequal", label: "Mismatch" },
  rejected: { icon: "tray", label: "Rejected" },
};

/** The icon of a kind of exception, for facets and menus. */
export function kindIcon(kind: Kind): IconName {
  return KINDS[kind].icon;
}

/** Which of the four kinds an exception is, small and quiet. */
export function KindMark({ kind }: { kind: Kind }): ReactNode {
  return (
    <span className="aspect small flex-none text-ink-2">
      <Icon name={KINDS[kind].icon} size="s" />
      {KINDS[kind].label}
    </span>
  );
}
