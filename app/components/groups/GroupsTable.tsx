import { type ReactNode, useMemo } from "react";
import { Link } from "react-router";
import type { GroupView } from "#queries/model/group.ts";
import { Age } from "../Age.tsx";
import { Person } from "../Avatar.tsx";
import { Chip } from "../Chip.tsx";
import { Sparkline } from "../figures/Sparkline.tsx";
import { formatCount } from "../format/money.ts";
import { KindMark } from "../KindMark.tsx";
import { Money } from "../Money.tsx";
import { Severity } from "../Severity.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";
import { Unknown } from "../Unknown.tsx";
import { groupPath } from "./words.ts";

/** A group as the list shows it: the API's answer with names in the place of ids. */
export interface GroupLine extends GroupView {
  detail: string;
  owner: string | null;
}

interface GroupsTableProps {
  rows: readonly GroupLine[];
  total: number;
  sort: string;
  sortTo: (sort: string) => string;
  blank: ReactNode;
}

/** The server's `severity` means most severe first; in the header that is descending. */
const SORT_WORDS: Readonly<Record<string, string>> = { "-severity": "severity", severity: "-severity" };

/** Failure groups, one a row. */
export function GroupsTable({ rows, total, sort, sortTo, blank }: GroupsTableProps): ReactNode {
  const order = useMemo(() => ({ current: SORT_WORDS[sort] ?? sort, to: (next: string) => sortTo(SORT_WORDS[next] ?? next) }), [sort, sortTo]);
  return <DataTable caption="Failure groups" columns={COLUMNS} rows={rows} rowId={(row) => row.fingerprint} rowTo={(row) => groupPath(row.fingerprint)} total={total} sort={order} twoLine cards keys blank={blank} />;
}

const COLUMNS: Column<GroupLine>[] = [
  { id: "severity", header: "Severity", headerHidden: true, width: "34px", sort: "severity", firstSort: "desc", cell: (row) => <Severity level={row.severity} /> },
  {
    id: "group",
    header: "Group",
    card: "title",
    cell: (row) => (
      <>
        <div className="t tr">
          <Link to={groupPath(row.fingerprint)} className="hover:underline" data-tip={row.title}>
            {row.title}
          </Link>
        </div>
        <div className="rowx second gap-1.5">
          <KindMark kind={row.kind} />
          {row.mute ? (
            <Chip tone="outline" icon="bell">
              Muted
            </Chip>
          ) : null}
          <span className="tr" data-tip={row.detail.length > 60 ? row.detail : undefined}>
            {row.detail}
          </span>
        </div>
      </>
    ),
  },
  { id: "count", header: "Failures", numeric: true, width: "80px", sort: "count", firstSort: "desc", card: "foot-end", cell: (row) => <b className="font-medium">{formatCount(row.count)}</b> },
  { id: "trend", header: "14 days", numeric: true, width: "78px", card: "hidden", wideOnly: true, cell: (row) => <span className="inline-block align-middle"><Sparkline values={row.trend.map((day) => day.count)} what="New failures" width={66} height={24} /></span> },
  { id: "money", header: "Money", numeric: true, width: "128px", sort: "amount", firstSort: "desc", card: "end", cell: (row) => <GroupMoney row={row} /> },
  { id: "last", header: "Last seen", numeric: true, width: "132px", sort: "lastSeen", firstSort: "desc", card: "foot", cell: (row) => <><Age since={row.lastSeen} suffix="ago" /><span className="second block">first <Age since={row.firstSeen} /></span></> },
  { id: "owner", header: "Owner", width: "116px", card: "hidden", wideOnly: true, cell: (row) => <Person name={row.owner} /> },
];

function GroupMoney({ row }: { row: GroupLine }): ReactNode {
  if (row.money.length === 0) return <Unknown>{row.count > 1 ? "none known" : undefined}</Unknown>;
  return (
    <span className="inline-grid justify-items-end font-medium">
      {row.money.slice(0, 2).map((amount) => (
        <Money key={amount.currency} amount={amount} />
      ))}
      {row.money.length > 2 ? <span className="second">{row.money.length - 2} more currencies</span> : null}
    </span>
  );
}
