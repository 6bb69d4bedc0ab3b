import type { ReactNode } from "react";
import { Button } from "../Button.tsx";
import { formatCount } from "../format/money.ts";
import { IconButton } from "../IconButton.tsx";
import type { IconName } from "../Icon.tsx";
import { useKey } from "../keys/KeysProvider.tsx";

export interface BulkAction {
  id: string;
  label: string;
  icon: IconName;
  /** Single key, active while the bar is shown. */
  shortcut: string;
  /** Why it does not fit all that is selected. */
  blocked?: string | null;
  onAct: () => void;
}

/** Appears on selection: how many lines, what they amount to, and what can be done with all of them. */
export function BulkBar({ count, summary, actions, onClear }: { count: number; summary?: ReactNode; actions: readonly BulkAction[]; onClear: () => void }): ReactNode {
  if (count === 0) return null;
  return (
    <div className="bulkbar noprint" role="toolbar" aria-label="Selected rows">
      <IconButton icon="x" label="Clear selection" onClick={onClear} />
      <span className="min-w-0">
        <b className="block font-semibold">{formatCount(count)} selected</b>
        <span className="sum hide-s">{summary}</span>
      </span>
      <span className="ml-auto" />
      {actions.map((action) => (
        <BulkButton key={action.id} action={action} />
      ))}
    </div>
  );
}

function BulkButton({ action }: { action: BulkAction }): ReactNode {
  useKey(action.shortcut, action.blocked ? null : { label: `${action.label} what is selected`, group: "Selection", run: action.onAct });
  return (
    <Button icon={action.icon} shortcut={action.shortcut} blocked={action.blocked} onClick={action.onAct}>
      {action.label}
    </Button>
  );
}
