import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Agreement, SameAnswer } from "../../traces/waiting.ts";
import type { Awaited } from "../../traces/waterfall.ts";
import { Chip } from "../Chip.tsx";
import { formatCount } from "../format/money.ts";
import { Icon } from "../Icon.tsx";
import { Note } from "../Note.tsx";
import { Panel } from "../Panel.tsx";
import { Time } from "../Time.tsx";

/** The step that should come next: what was agreed, since when it is late, and whom to turn to. */
export function AwaitedPanel({ missing, same }: { missing: Awaited & { agreement: Agreement | null; support: string | null; runbook: string | null }; same: SameAnswer | null }): ReactNode {
  const { agreement, integration } = missing;
  return (
    <Panel title={missing.name} end={missing.late ? <Chip tone="stop" icon="stop">Missing</Chip> : <Chip icon="waiting">Not due yet</Chip>}>
      <div className="stack gap-2">
        {agreement ? (
          <p>
            After “{agreement.after}” at <Time at={agreement.since} />, it should follow within <b>{agreement.allowed}</b>, {agreement.calendar}. {missing.late ? "It was due" : "It is due"} <Time at={missing.dueAt} tabStop />.
          </p>
        ) : (
          <p>
            {missing.late ? "It was due" : "It is due"} <Time at={missing.dueAt} tabStop />.
          </p>
        )}
        {same ? (
          <Note tone="caution">
            {formatCount(same.count)} cases with {same.counterparty} wait for the same answer. <Link className="link" to={same.to}>One problem, {formatCount(same.count)} cases</Link>
          </Note>
        ) : null}
        {integration ? (
          <p>
            <Link className="link" to={`/integrations/${encodeURIComponent(integration.id)}`}>
              {integration.name}
            </Link>
          </p>
        ) : null}
        {missing.runbook && integration ? (
          <p className="aspect">
            <Icon name="book" />
            <Link className="link" to={`/integrations/${encodeURIComponent(integration.id)}#runbook`}>
              Runbook: {missing.runbook}
            </Link>
          </p>
        ) : null}
        {missing.support ? <p className="second">{missing.support}</p> : null}
      </div>
    </Panel>
  );
}
