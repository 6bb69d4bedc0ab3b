import type { ReactNode } from "react";
import { Link } from "react-router";
import type { QueueGroup } from "../../worklists/queue.ts";
import { Age } from "../Age.tsx";
import { Person } from "../Avatar.tsx";
import { formatCount } from "../format/money.ts";
import { Icon } from "../Icon.tsx";
import { type Kind, KindMark } from "../KindMark.tsx";
import { Money } from "../Money.tsx";
import { Severity } from "../Severity.tsx";
import { SlaClock } from "../SlaClock.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";
import { NotApplicable, Unknown } from "../Unknown.tsx";

/** One thing that waits for the person: an exception, a replay to approve, or news in a watched view. */
export interface QueueLine {
  key: string;
  to: string;
  /** The exception's id; null for what is none. */
  id: string | null;
  group: QueueGroup;
  title: string;
  detail: string;
  /** Why it stands here, the first of them first. */
  why: string[];
  kind: Kind | null;
  severity: "critical" | "high" | "normal" | "low" | null;
  amount: { value: string; currency: string } | null;
  since: string;
  dueAt: string | null;
  paused: string | null;
  owner: string | null;
}

/** The headings of the groups, in the order of the queue. */
export const GROUP_TITLES: Readonly<Record<QueueGroup, string>> = {
  approvals: "Waits for your approval", mentions: "You were mentioned", waits: "The wait is over", mine: "Assigned to you", risk: "At risk, and nobody answers for it", watched: "Changed since you looked",
};

interface QueueTableProps {
  lines: readonly QueueLine[];
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  onCurrent: (key: string | null) => void;
  blank: ReactNode;
}

/** The queue's rows under the headings of their groups. */
export function QueueTable({ lines, selected, onSelect, onCurrent, blank }: QueueTableProps): ReactNode {
  return (
    <DataTable
      caption="My queue"
      columns={COLUMNS}
      rows={lines}
      rowId={(line) => line.key}
      rowTo={(line) => line.to}
      total={lines.length}
      groupOf={(line) => `${GROUP_TITLES[line.group]} · ${formatCount(lines.filter((each) => each.group === line.group).length)}`}
      selection={{ selected, onChange: onSelect, label: (line) => `Select ${line.title}` }}
      onCurrent={onCurrent}
      twoLine
      cards
      keys
      blank={blank}
    />
  );
}

const COLUMNS: Column<QueueLine>[] = [
  { id: "severity", header: "Severity", headerHidden: true, width: "34px", cell: (line) => (line.severity ? <Severity level={line.severity} /> : <Icon name={line.group === "approvals" ? "replay" : "eye"} />) },
  {
    id: "what",
    header: "What",
    card: "title",
    cell: (line) => (
      <>
        <div className="t tr">
          <Link to={line.to} className="hover:underline" data-tip={line.title}>
            {line.title}
          </Link>
        </div>
        <div className="rowx second gap-1.5">
          {line.kind ? <KindMark kind={line.kind} /> : null}
          <span className="tr">{line.detail}</span>
        </div>
      </>
    ),
  },
  {
    id: "why",
    header: "Why it is here",
    width: "23%",
    card: "foot",
    cell: (line) => (
      <span className={line.why.length > 1 ? "tr block" : "line-clamp-2 wrap-anywhere"} data-tip={line.why.join(". ")}>
        {line.why[0]}
        {line.why.length > 1 ? <span className="second block tr">{line.why.slice(1).join(". ")}</span> : null}
      </span>
    ),
  },
  { id: "money", header: "Money", numeric: true, width: "128px", card: "end", cell: (line) => (line.id === null ? <NotApplicable /> : line.amount ? <Money amount={line.amount} /> : <Unknown />) },
  { id: "age", header: "Age", numeric: true, width: "76px", wideOnly: true, cell: (line) => <Age since={line.since} /> },
  { id: "due", header: "Due", width: "138px", card: "foot", cell: (line) => (line.dueAt === null ? <NotApplicable /> : <SlaClock startedAt={line.since} dueAt={line.dueAt} paused={line.paused} />) },
  { id: "owner", header: "Owner", width: "116px", card: "foot-end", wideOnly: true, cell: (line) => (line.id === null ? <NotApplicable /> : <Person name={line.owner} />) },
];
