import type { ReplayState } from "#queries/model/replay.ts";
import type { Aspect } from "../StatusAspect.tsx";

/** How a state of a replay or of one of its items is told: shape and words. Completed is not verified. */
export const REPLAY_STATE_WORDS: Readonly<Record<ReplayState, { aspect: Aspect; label: string; meaning: string }>> = {
  requested: { aspect: "waiting", label: "Requested", meaning: "It is being checked." },
  preflighted: { aspect: "waiting", label: "Waits to be sent", meaning: "Checked, and in the queue." },
  awaiting_approval: { aspect: "caution", label: "Waits for approval", meaning: "A second person must agree." },
  rejected: { aspect: "paused", label: "Declined", meaning: "A second person declined. Nothing was sent." },
  dispatched: { aspect: "waiting", label: "Sent", meaning: "Sent to the execution layer, which has not answered yet." },
  accepted: { aspect: "waiting", label: "Taken on", meaning: "The execution layer works on it." },
  completed: { aspect: "caution", label: "Completed, not verified", meaning: "The execution layer says it is done. The missing step has not been seen yet." },
  verified: { aspect: "clear", label: "Verified", meaning: "The missing step was seen." },
  refused: { aspect: "stop", label: "Refused", meaning: "The execution layer does not do it." },
  failed: { aspect: "stop", label: "Failed", meaning: "The execution layer tried and it failed." },
  unknown: { aspect: "unknown", label: "Outcome unknown", meaning: "It may have been done. It is never sent again by itself." },
  cancelled: { aspect: "paused", label: "Cancelled", meaning: "Stopped before it was sent." },
  expired: { aspect: "paused", label: "Expired", meaning: "Nobody decided in time. Nothing was sent." },
};
