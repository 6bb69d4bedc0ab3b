import type { ReactNode } from "react";
import { Link } from "react-router";
import type { ExceptionView } from "#queries/model/exception.ts";
import type { ExceptionPage, TechnicalEvent } from "../../exceptions/page.ts";
import { Duration } from "../Age.tsx";
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

const PAST: readonly PlainColumn<ExceptionPage["past"][number]>[] = [
  {
    header: "Case",
    cell: (each) => (
      <>
        <Link className="link" to={`/exceptions/${each.id}`}>
          EX-{each.id}
        </Link>{" "}
        <Time at={each.at} as="day" />
      </>
    ),
  },
  { header: "What closed it", cell: (each) => <>{each.how} <span className="second block">{each.by}</span></> },
  { header: "Took", numeric: true, cell: (each) => <Duration seconds={each.tookSeconds} /> },
];

/** Others with the same cause: what is open beside it, and what closed those before. */
export function SimilarPanel({ group, past, fingerprint }: { group: ExceptionPage["group"]; past: ExceptionPage["past"]; fingerprint: string }): ReactNode {
  const others = group.members.length;
  if (others === 0 && past.length === 0) {
    return (
      <Panel title="Similar ones">
        <p className="second">None is open with the same cause, and none was closed before.</p>
      </Panel>
    );
  }
  const groupTo = groupPath(fingerprint);
  return (
    <>
      {others > 0 ? (
        <Panel title="Open with the same cause" sub={`${formatCount(group.open)} in all`} end={<Link className="link" to={groupTo}>The group</Link>} lined flush>
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
      ) : null}
      {past.length > 0 ? (
        <Panel title="What closed those before" lined flush>
          <PlainTable caption="What closed those before" columns={PAST} rows={past} rowId={(each) => each.id} />
        </Panel>
      ) : null}
    </>
  );
}
