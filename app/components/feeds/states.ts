import type { FeedState } from "../../feeds/feeds.ts";
import type { IconName } from "../Icon.tsx";

/** Mark, words and cell colour of a state; green is for nothing here: a loaded run is normal. */
export const FEED_LOOK: Readonly<Record<FeedState, { icon: IconName | null; words: string; cell: string; tone: string }>> = {
  missed: { icon: "stop", words: "missed", cell: "q-unknown", tone: "t-stop" },
  failed: { icon: "failed", words: "failed", cell: "q1", tone: "t-stop" },
  differs: { icon: "unequal", words: "totals differ", cell: "q1", tone: "t-caution" },
  late: { icon: "caution", words: "late", cell: "q1", tone: "t-caution" },
  loaded_late: { icon: "clock", words: "loaded late", cell: "q2", tone: "" },
  running: { icon: "waiting", words: "running", cell: "q0", tone: "" },
  loaded: { icon: null, words: "loaded", cell: "q2", tone: "" },
  not_due: { icon: "waiting", words: "not yet due", cell: "q0", tone: "" },
  unseen: { icon: "unknown", words: "not known", cell: "q-unknown", tone: "t-unknown" },
};
