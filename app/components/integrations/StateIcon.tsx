import type { ReactNode } from "react";
import type { IntegrationState } from "../../integrations/states.ts";
import { Icon, type IconName } from "../Icon.tsx";

const STATES: Record<IntegrationState, { icon: IconName; label: string }> = {
  failing: { icon: "stop", label: "Failing" },
  late: { icon: "caution", label: "Late" },
  no_data: { icon: "unknown", label: "No data" },
  clear: { icon: "clear", label: "Clear" },
};

/** The state of an integration as its shape; the word is read aloud. */
export function StateIcon({ state }: { state: IntegrationState }): ReactNode {
  return <Icon name={STATES[state].icon} label={STATES[state].label} />;
}

/** The word for a state. */
export function stateWord(state: IntegrationState): string {
  return STATES[state].label;
}
