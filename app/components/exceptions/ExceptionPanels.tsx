import type { ReactNode } from "react";
import { Link } from "react-router";
import type { ExceptionView } from "#queries/model/exception.ts";
import type { ExceptionPage, TechnicalEvent } from "../../exceptions/page.ts";
import { CopyId } from "../CopyId.tsx";
import { formatCount } from "../format/money.ts";
import { groupPath } from "../groups/words.ts";
import { KeyValue } from "../KeyValue.tsx";
import { Money, MoneyList } from "../Money.tsx";
import { Panel } from "../Panel.tsx";
import { type PlainColumn, PlainTable } from "../table/PlainTable.tsx";
import { Time } from "../Time.tsx";

/** Codes, messages and ids, folded away: one step below the plain words. */
export function TechnicalDetail({ exception, events }: { exception: ExceptionView; events: readonly TechnicalEvent[] }): ReactNode {
  const first = events.find((event) => event.code ?? event.message);
  return (
    <details className="mt-2">
      <summary className="link">
        Technical detail{" "}
        {first ? <span className="font-mono text-12 text-ink-2">{[first.class, first.code].filter(Boolean).join(" ")}</span> : null}
      </summary>
      <div className="mt-2 grid gap-3">
        {events.map((event) => (
          <div key={event.id} className="note">
            <div className="grid w-full gap-1">
              <div className="rowx flex-wrap gap-x-3 text-12">
                <Time at={event.time} as="seconds" />
                <span>{event.status.replaceAll("_", " ")}</span>
                {event.attempt ? <span>attempt {event.attempt}</span> : null}
                {event.endpoint ? <span className="font-mono">{event.endpoint}</span> : null}
                {event.retryable === false ? <span>trying again cannot help</span> : null}
                <Link className="link ml-auto" to={`/events/${encodeURIComponent(event.source)}/${encodeURIComponent(event.id)}`}>
                  raw event
                </Link>
              </div>
              {event.code || event.message ? <code className="font-mono text-12 wrap-anywhere">{[event.class, event.code, event.message].filter(Boolean).join(" · ")}</code> : null}
            </div>
          </div>
        ))}
        <KeyValue
          facts={[
            { label: "Type", value: <code className="font-mono text-12">{exception.type}</code> },
            ...(exception.step ? [{ label: "Step", value: <code className="font-mono text-12">{exception.step}</code> }] : []),
            ...(exception.object ? [{ label: "Object", value: <code className="font-mono text-12">{`${exception.object.namespace} / ${exception.object.type} / ${exception.object.id}`}</code> }] : []),
            { label: "Group", value: <CopyId id={exception.fingerprint} hash /> },
            { label: "Detected", value: <Time at={exception.detectedAt} /> },
            { label: "Version", value: exception.version },
          ]}
        />
      </div>
    </details>
  );
}

const MEMBERS: readonly PlainColumn<ExceptionPage["group"]["members"][number]>[] = [
  {
    header: "Exception",
    cell: (member) => (
      <>
        <Link className="link" to={`/exceptions/${member.id}`}>
          {member.title}
        </Link>
        {member.objectId && !member.title.includes(member.objectId) ? <span className="second block">{member.objectId}</span> : null}
      </>
    ),
  },
  { header: "Money", numeric: true, cell: (member) => <Money amount={member.amount} /> },
  { header: "Last seen", numeric: true, hide: "hide-s", cell: (member) => <Time at={member.lastSeen} /> },
];

/** Others with the same cause that are open beside it; nothing where there are none. */
export function SimilarPanel({ group, fingerprint }: { group: ExceptionPage["group"]; fingerprint: string }): ReactNode {
  if (group.members.length === 0) return null;
  return (
    <Panel title="Open with the same cause" sub={`${formatCount(group.open)} in all`} end={<Link className="link" to={groupPath(fingerprint)}>The group</Link>} lined flush>
      <PlainTable
        caption="Open with the same cause"
        columns={MEMBERS}
        rows={group.members}
        rowId={(member) => member.id}
        footer={
          <tr className="total">
            <td>All {formatCount(group.open)} open, each amount once</td>
            <td className="num">
              <MoneyList amounts={group.money} />
            </td>
            <td className="hide-s" />
          </tr>
        }
      />
    </Panel>
  );
}
