import type { ReactNode } from "react";
import { BURN_LIMITS, type Burn } from "../../integrations/burn.ts";
import { formatCount } from "../format/money.ts";
import { Icon } from "../Icon.tsx";
import { Unknown } from "../Unknown.tsx";

/** `14.4 ×`; over 100 without decimals. */
export function formatBurn(rate: number): string {
  if (!Number.isFinite(rate)) return "no budget";
  return `${rate === 0 ? "0" : rate < 0.1 ? "< 0.1" : rate >= 100 ? formatCount(Math.round(rate)) : rate.toFixed(1)} ×`;
}

const sentence = (burn: Burn): string =>
  burn.rate === null ? `Nothing finished in ${burn.window}` : `${formatCount(burn.failed)} of ${formatCount(burn.finished)} moves failed in ${burn.window}; too fast from ${BURN_LIMITS[burn.window]} ×`;

/** How fast the error budget is used up: 1 × uses it just up by the end of its period. */
export function BurnRate({ burn }: { burn: Burn }): ReactNode {
  if (burn.rate === null) return <Unknown>none</Unknown>;
  return (
    <span className={`inline-flex items-center gap-1 whitespace-nowrap ${burn.tooFast ? "t-stop font-semibold" : burn.rate === 0 ? "text-ink-3" : ""}`} data-tip={sentence(burn)}>
      {burn.tooFast ? <Icon name="stop" size="xs" label="too fast" /> : null}
      {formatBurn(burn.rate)}
    </span>
  );
}
