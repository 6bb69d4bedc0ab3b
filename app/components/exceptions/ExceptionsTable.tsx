import { type ReactNode, useMemo } from "react";
import { Link } from "react-router";
import type { WorklistRow } from "../../exceptions/worklist.ts";
import { Age } from "../Age.tsx";
import { StackCount } from "../Chip.tsx";
import { formatCount } from "../format/money.ts";
import { KindMark } from "../KindMark.tsx";
import { Money } from "../Money.tsx";
import { Severity } from "../Severity.tsx";
import { SlaClock } from "../SlaClock.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";
import { NotApplicable, Unknown } from "../Unknown.tsx";

interface ExceptionsTableProps {
  rows: readonly WorklistRow[];
  total: number;
  sort: string;
  /** The list's own address without cursor, to build the links of sorting and groups. */
  search: string;
  /** Where an exception opens. */
  to: (id: string) => string;
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  blank: ReactNode;
}

/** The worklist's rows: one exception, or one failure group that unfolds. */
export function ExceptionsTable({ rows, total, sort, search, to, selected, onSelect, blank }: ExceptionsTableProps): ReactNode {
  const columns = useMemo(() => columnsFor(search, to), [search, to]);
  return (
    <DataTable
      caption="Exceptions"
      columns={columns}
      rows={rows}
      rowId={(row) => row.key}
      rowTo={(row) => (row.count > 1 ? groupTo(search, row.fingerprint) : to(row.id))}
      total={total}
      sort={{ current: sort === "severity" ? "-severity" : sort === "-severity" ? "severity" : sort, to: (next) => withParameter(search, "sort", SORT_WORDS[next] ?? next) }}
      selection={{ selected, onChange: onSelect, label: (row) => (row.count > 1 ? `Select ${row.count} exceptions: ${row.title}` : `Select ${row.title}`) }}
      unfold={(row) => (row.count > 1 ? <Members row={row} search={search} to={to} /> : null)}
      twoLine
      cards
      keys
      blank={blank}
    />
  );
}

/** The server's `severity` means most severe first; in the header that is descending. */
const SORT_WORDS: Readonly<Record<string, string>> = { "-severity": "severity", severity: "-severity" };

const columnsFor = (search: string, to: (id: string) => string): Column<WorklistRow>[] => [
  { id: "severity", header: "Severity", headerHidden: true, width: "34px", sort: "severity", firstSort: "desc", cell: (row) => <Severity level={row.severity} /> },
  {
    id: "exception",
    header: "Exception",
    card: "title",
    cell: (row) => (
      <>
        <div className="t tr">
          {row.count > 1 ? <StackCount count={row.count} what="exceptions with one cause:" /> : null}
          <Link to={row.count > 1 ? groupTo(search, row.fingerprint) : to(row.id)} className="hover:underline" data-tip={row.title}>
            {row.title}
          </Link>
        </div>
        <div className="rowx second gap-1.5">
          <KindMark kind={row.kind} />
          <span className="tr" data-tip={row.detail.length > 60 ? row.detail : undefined}>
            {row.detail}
          </span>
        </div>
      </>
    ),
  },
  { id: "money", header: "Money", numeric: true, width: "134px", sort: "amount", firstSort: "desc", card: "end", cell: (row) => <LineMoney row={row} /> },
  { id: "age", header: "Age", numeric: true, width: "84px", sort: "firstSeen", cell: (row) => <Age since={row.firstSeen} /> },
  { id: "sla", header: "Due", width: "124px", sort: "dueAt", card: "foot", cell: (row) => (row.dueAt === null ? <NotApplicable /> : <SlaClock startedAt={row.firstSeen} dueAt={row.dueAt} paused={row.paused} />) },
  { id: "owner", header: "Owner", width: "148px", card: "foot-end", wideOnly: true, cell: (row) => <LineOwner row={row} /> },
];

/** Whose it is, and who works on it. */
function LineOwner({ row }: { row: WorklistRow }): ReactNode {
  const team = row.teams > 1 ? "Several" : row.team;
  return (
    <>
      <div className="tr" data-tip={team ?? undefined}>
        {team ?? <span className="text-ink-3">Nobody</span>}
      </div>
      {row.assignees > 1 ? <div className="second tr">several people</div> : row.assignee ? <div className="second tr">{row.assignee}</div> : null}
    </>
  );
}

function LineMoney({ row }: { row: WorklistRow }): ReactNode {
  if (row.money.length === 0) return row.count > 1 ? <Unknown>none known</Unknown> : <Unknown />;
  return (
    <span className="inline-grid justify-items-end font-medium">
      {row.money.slice(0, 2).map((amount) => (
        <Money key={amount.currency} amount={amount} />
      ))}
      {row.money.length > 2 ? <span className="second">{row.money.length - 2} more currencies</span> : null}
    </span>
  );
}

function Members({ row, search, to }: { row: WorklistRow; search: string; to: (id: string) => string }): ReactNode {
  const others = row.count - row.members.length;
  return (
    <>
      {row.members.map((member) => (
        <tr key={member.id} role="row" className="kid">
          <td role="gridcell" />
          <td role="gridcell" />
          <td role="gridcell" className="card-title">
            <div className="tr">
              <Link className="link" to={to(member.id)}>
                {member.label}
              </Link>{" "}
              <span className="second" data-tip={member.title}>
                {member.title}
              </span>
            </div>
          </td>
          <td role="gridcell" className="num card-end">
            <Money amount={member.amount} />
          </td>
          <td role="gridcell" className="num">
            <Age since={member.lastSeen} />
          </td>
          <td role="gridcell" colSpan={2} />
        </tr>
      ))}
      <tr role="row" className="kid">
        <td role="gridcell" colSpan={2} />
        <td role="gridcell" colSpan={5}>
          <Link className="link" to={groupTo(search, row.fingerprint)}>
            {others > 0 ? `Show the other ${formatCount(others)}` : `Show these ${formatCount(row.count)}`}
          </Link>{" "}
          <span className="second">one cause, one decision</span>
        </td>
      </tr>
    </>
  );
}

/** The same list with one parameter changed, from its first page. */
export function withParameter(search: string, name: string, value: string | null): string {
  const next = new URLSearchParams(search);
  next.delete("cursor");
  next.delete(name);
  if (value !== null) next.set(name, value);
  const query = next.toString();
  return query === "" ? "/exceptions" : `/exceptions?${query}`;
}

function groupTo(search: string, fingerprint: string): string {
  return withParameter(search, "fingerprint", fingerprint);
}
