import { type ReactNode, useMemo } from "react";
import { Link } from "react-router";
import type { WorklistColumn } from "#queries/model/worklist-columns.ts";
import type { WorklistRow } from "../../exceptions/worklist.ts";
import { Age } from "../Age.tsx";
import { StackCount } from "../Chip.tsx";
import { cx } from "../cx.ts";
import { formatCount } from "../format/money.ts";
import { groupPath } from "../groups/words.ts";
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
  /** Which columns stand beside severity and title. */
  shown: readonly WorklistColumn[];
  onCurrent: (id: string | null) => void;
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  blank: ReactNode;
}

/** The worklist's rows: one exception, or one failure group that unfolds. */
export function ExceptionsTable({ rows, total, sort, search, to, shown, onCurrent, selected, onSelect, blank }: ExceptionsTableProps): ReactNode {
  const columns = useMemo(() => columnsFor(search, to).filter((column) => column.id === "severity" || column.id === "exception" || shown.some((id) => id === column.id)), [search, to, shown]);
  return (
    <DataTable
      caption="Exceptions"
      columns={columns}
      rows={rows}
      rowId={(row) => row.key}
      rowTo={(row) => (row.count > 1 ? groupPath(row.fingerprint) : to(row.id))}
      total={total}
      sort={{ current: sort === "severity" ? "-severity" : sort === "-severity" ? "severity" : sort, to: (next) => withParameter(search, "sort", SORT_WORDS[next] ?? next) }}
      selection={{ selected, onChange: onSelect, label: (row) => (row.count > 1 ? `Select ${row.count} exceptions: ${row.title}` : `Select ${row.title}`), form: SELECTION_FORM, name: "line" }}
      rowClass={(row) => (row.unread ? "unread" : undefined)}
      onCurrent={onCurrent}
      unfold={(row) => (row.count > 1 ? <Members row={row} search={search} to={to} columns={columns} /> : null)}
      twoLine
      cards
      minWidth={340 + columns.reduce((sum, column) => sum + Number.parseInt(column.width ?? "0", 10), 0)}
      keys
      blank={blank}
    />
  );
}

/** The form that ticked lines belong to, for acting on them without JavaScript. */
export const SELECTION_FORM = "selection";

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
          {row.unread ? <span className="vh">New: </span> : null}
          {row.count > 1 ? <StackCount count={row.count} what="exceptions with one cause:" /> : null}
          <Link to={row.count > 1 ? groupPath(row.fingerprint) : to(row.id)} className="hover:underline" data-tip={row.title}>
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
  { id: "status", header: "Status", width: "84px", wideOnly: true, cell: (row) => row.statusName },
  { id: "facility", header: "Facility", width: "150px", wideOnly: true, cell: (row) => <Cut text={row.facility} /> },
  { id: "process", header: "Process", width: "110px", wideOnly: true, cell: (row) => <Cut text={row.process} /> },
  { id: "step", header: "Step", width: "130px", wideOnly: true, cell: (row) => <Cut text={row.step} /> },
  { id: "integration", header: "Integration", width: "150px", wideOnly: true, cell: (row) => <Cut text={row.integration} /> },
  { id: "counterparty", header: "With", width: "130px", wideOnly: true, cell: (row) => <Cut text={row.counterparty} /> },
  { id: "money", header: "Money", numeric: true, width: "134px", sort: "amount", firstSort: "desc", card: "end", cell: (row) => <LineMoney row={row} /> },
  { id: "age", header: "Age", numeric: true, width: "84px", sort: "firstSeen", cell: (row) => <Age since={row.firstSeen} /> },
  { id: "lastSeen", header: "Last seen", numeric: true, width: "92px", sort: "lastSeen", firstSort: "desc", wideOnly: true, cell: (row) => <Age since={row.lastSeen} /> },
  { id: "times", header: "Times", numeric: true, width: "70px", wideOnly: true, cell: (row) => formatCount(row.occurrences) },
  { id: "sla", header: "Due", width: "138px", sort: "dueAt", card: "foot", cell: (row) => (row.dueAt === null ? <NotApplicable /> : <SlaClock startedAt={row.firstSeen} dueAt={row.dueAt} paused={row.paused} />) },
  { id: "owner", header: "Owner", width: "148px", card: "foot-end", wideOnly: true, cell: (row) => <LineOwner row={row} /> },
];

function Cut({ text }: { text: string | null }): ReactNode {
  return text === null ? <NotApplicable /> : <span className="tr block" data-tip={text.length > 16 ? text : undefined}>{text}</span>;
}

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

function Members({ row, search, to, columns }: { row: WorklistRow; search: string; to: (id: string) => string; columns: readonly Column<WorklistRow>[] }): ReactNode {
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
          {columns.slice(2).map((column) => (
            <td key={column.id} role="gridcell" className={cx(column.numeric && "num", column.id === "money" && "card-end", column.wideOnly && "hide-m")}>
              {column.id === "money" ? <Money amount={member.amount} /> : column.id === "age" ? <Age since={member.lastSeen} /> : null}
            </td>
          ))}
        </tr>
      ))}
      <tr role="row" className="kid">
        <td role="gridcell" colSpan={2} />
        <td role="gridcell" colSpan={columns.length - 1}>
          <Link className="link" to={groupTo(search, row.fingerprint)}>
            {others > 0 ? `Show the other ${formatCount(others)}` : `Show these ${formatCount(row.count)}`}
          </Link>{" "}
          <Link className="link" to={groupPath(row.fingerprint)}>
            One cause: the group
          </Link>
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
