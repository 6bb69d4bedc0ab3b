import type { ReactNode } from "react";
import { formatCount } from "../format/money.ts";

export interface AgeingStep {
  /** `< 1 d`, `1–3 d`, `3–7 d`, `> 7 d`. */
  label: string;
  count: number;
}

const FILLS = ["f-h2", "f-h3", "f-h4", "f-h5"];

/** How old the work is: one stacked bar of up to four steps with its numbers. */
export function AgeingBar({ steps }: { steps: readonly AgeingStep[] }): ReactNode {
  const total = steps.reduce((sum, step) => sum + step.count, 0);
  return (
    <div className="ageing">
      <div className="barx thin" role="img" aria-label={total === 0 ? "No age to show" : `Age: ${steps.map((s) => `${formatCount(s.count)} ${s.label}`).join(", ")}`}>
        {total === 0 ? <span className="f-h1" style={{ flex: 1 }} /> : steps.map((step, i) => (step.count > 0 ? <span key={step.label} className={FILLS[i] ?? "f-h5"} style={{ flex: step.count }} /> : null))}
      </div>
      <div className="l" aria-hidden="true">
        {steps.map((step) => (
          <span key={step.label}>
            {step.label}
            <b>{formatCount(step.count)}</b>
          </span>
        ))}
      </div>
    </div>
  );
}
