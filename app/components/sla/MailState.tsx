import type { ReactNode } from "react";
import { type Aspect, StatusAspect } from "../StatusAspect.tsx";

const STATES: Readonly<Record<string, { aspect: Aspect; label: string }>> = {
  planned: { aspect: "waiting", label: "Gathering" },
  sending: { aspect: "waiting", label: "On its way" },
  sent: { aspect: "clear", label: "Sent" },
  deferred: { aspect: "caution", label: "To be tried again" },
  held: { aspect: "paused", label: "Kept, no mail server" },
  bounced: { aspect: "stop", label: "Refused" },
  failed: { aspect: "stop", label: "Given up" },
  suppressed: { aspect: "paused", label: "Not sent" },
  empty: { aspect: "paused", label: "Nothing left to say" },
};

/** The state of a mail as shape and words. */
export function MailState({ state }: { state: string }): ReactNode {
  const { aspect, label } = STATES[state] ?? { aspect: "unknown" as const, label: state };
  return <StatusAspect aspect={aspect}>{label}</StatusAspect>;
}
