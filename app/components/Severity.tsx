import type { ReactNode } from "react";
import { Icon } from "./Icon.tsx";

export type SeverityLevel = "critical" | "high" | "normal" | "low";

const LABELS: Record<SeverityLevel, string> = { critical: "Critical", high: "High", normal: "Medium", low: "Low" };

/** Severity: a filled square with ! for critical, else three, two or one bars. Only critical is coloured. */
export function Severity({ level, text = false }: { level: SeverityLevel; text?: boolean }): ReactNode {
  if (!text) return <Icon name={level} label={`${LABELS[level]} severity`} />;
  return (
    <span className="aspect font-medium">
      <Icon name={level} />
      {LABELS[level]}
    </span>
  );
}
