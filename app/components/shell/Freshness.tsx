import type { ReactNode } from "react";
import { formatAsOf } from "../format/time.ts";
import { cx } from "../cx.ts";
import { useReader } from "../reader.tsx";

export interface FreshnessState {
  /** live: updates arrive · late: some source is behind · off: no updates come, the page shows what it last knew. */
  state: "live" | "late" | "off";
}

const WORDS: Record<FreshnessState["state"], string> = { live: "live", late: "some sources are late", off: "not updating" };

/** When the figures were read, in the reader's zone, which is named here once for the whole screen. */
export function Freshness({ state }: FreshnessState): ReactNode {
  const { now, zone } = useReader();
  return (
    <span className={cx("live", state !== "live" && state)} suppressHydrationWarning>
      <span className="live-dot" />
      <span className="vh">{WORDS[state]}, </span>
      <span className="tr">
        {state === "off" ? "Not updating since " : "As of "}
        {formatAsOf(now, zone) ?? now}
      </span>
    </span>
  );
}
