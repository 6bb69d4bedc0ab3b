import type { ReactNode } from "react";
import { Link } from "react-router";
import { formatPercent } from "../format/percent.ts";

export interface SplitPart {
  label: string;
  /** Only for the width; what is read stands in `value`. */
  share: number;
  fill: "c1" | "c2" | "c3" | "c4" | "c5" | "c6" | "stop" | "caution" | "clear" | "paused" | "unknown" | "h2" | "h3";
  value: ReactNode;
  to?: string;
}

/** Parts of a whole, at most five, with their keys below. Never a pie. */
export function SplitBar({ parts, label, keys = true }: { parts: readonly SplitPart[]; label: string; keys?: boolean }): ReactNode {
  const total = parts.reduce((sum, part) => sum + part.share, 0);
  const sentence = total > 0 ? `${label}: ${parts.map((part) => `${part.label} ${formatPercent(part.share / total) ?? ""}`).join(", ")}` : `${label}: nothing`;
  return (
    <div className="grid gap-1.5">
      <div className="barx" role="img" aria-label={sentence}>
        {total > 0 ? parts.map((part) => (part.share > 0 ? <span key={part.label} className={`f-${part.fill}`} style={{ flex: part.share }} /> : null)) : <span className="f-h1" style={{ flex: 1 }} />}
      </div>
      {keys ? (
        <div className="keys">
          {parts.map((part) => {
            const content = (
              <>
                <span className="over k">
                  <span className={`sw f-${part.fill}`} aria-hidden="true" />
                  {part.label}
                </span>
                <span className="v block">{part.value}</span>
              </>
            );
            return part.to ? (
              <Link key={part.label} to={part.to} className="hover:underline">
                {content}
              </Link>
            ) : (
              <div key={part.label}>{content}</div>
            );
          })}
        </div>
      ) : null}
    </div>
  );
}
