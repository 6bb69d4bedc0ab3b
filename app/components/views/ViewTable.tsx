import { type ReactNode, useMemo } from "react";
import { Link } from "react-router";
import type { LoadedView } from "../../views/page.ts";
import { withParameters } from "../../paths.ts";
import { Icon } from "../Icon.tsx";
import { KindMark } from "../KindMark.tsx";
import { Money } from "../Money.tsx";
import { Severity } from "../Severity.tsx";
import { SlaClock } from "../SlaClock.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";
import { NotApplicable, Unknown } from "../Unknown.tsx";

export type LoadedRow = LoadedView["rows"][number];

interface ViewTableProps<Row extends LoadedRow> {
  view: Pick<LoadedView, "sort" | "search" | "figure" | "counterparty"> & { rows: readonly Row[] };
  caption: string;
  selected: ReadonlySet<string>;
  /** Null where nothing on the page can be acted on. */
  onSelect: ((selected: ReadonlySet<string>) => void) | null;
  /** Columns that this view shows instead of or beside the usual ones. */
  columns?: (usual: readonly Column<LoadedRow>[]) => readonly Column<Row>[];
  blank: ReactNode;
}

/** The rows of a view: what is stuck or waited for, whose, how much, how late. Order is the server's. */
export function ViewTable<Row extends LoadedRow>({ view, caption, selected, onSelect, columns, blank }: ViewTableProps<Row>): ReactNode {
  // A column in which no row has anything is not shown.
  const parties = view.rows.some((row) => row.counterparty !== null);
  const money = view.rows.length === 0 || view.figure.money.length > 0;
  const shown = useMemo((): readonly Column<Row>[] => {
    const usual = usualColumns(parties ? view.counterparty : null).filter((column) => money || column.id !== "money");
    return columns ? columns(usual) : usual;
  }, [columns, view.counterparty, parties, money]);
  return (
    <DataTable
      caption={caption}
      columns={shown}
      rows={view.rows}
      rowId={(row) => row.key}
      rowTo={(row) => row.exceptionTo ?? row.objectTo}
      total={view.figure.count}
      // The server's `severity` means most severe first; in the header that is descending.
      sort={{ current: flipped(view.sort), to: (next) => withParameters(view.search, { sort: flipped(next) }) }}
      {...(onSelect ? { selection: { selected, onChange: onSelect, label: (row: Row) => `Select ${row.exception?.title ?? row.object?.id ?? row.stepName}` } } : {})}
      twoLine
      cards
      keys
      blank={blank}
    />
  );
}

const flipped = (sort: string): string => (sort === "severity" ? "-severity" : sort === "-severity" ? "severity" : sort);

const usualColumns = (counterparty: string | null): readonly Column<LoadedRow>[] => [
  { id: "severity", header: "Severity", headerHidden: true, width: "34px", sort: "severity", firstSort: "desc", cell: (row) => (row.exception ? <Severity level={row.exception.severity} /> : row.state === "at_risk" ? <Icon name="caution" label="At risk" /> : <Icon name="waiting" label="On time" />) },
  { id: "what", header: "What is wrong", card: "title", cell: (row) => <What row={row} /> },
  counterparty === null
    ? { id: "facility", header: "Facility", width: "22%", sort: "facility", card: "foot", cell: (row) => <span className="tr block" data-tip={row.facilityName.length > 28 ? row.facilityName : undefined}>{row.facilityName}</span> }
    : {
        id: "counterparty",
        header: `${counterparty}, facility`,
        width: "24%",
        sort: "counterparty",
        card: "foot",
        cell: (row) => (
          <span className="block min-w-0">
            {row.counterparty === null ? <NotApplicable /> : <span className="tr block" data-tip={row.counterparty.name.length > 24 ? row.counterparty.name : undefined}>{row.counterparty.name}</span>}
            <span className="second tr block" data-tip={row.facilityName.length > 28 ? row.facilityName : undefined}>{row.facilityName}</span>
          </span>
        ),
      },
  { id: "money", header: "Money", numeric: true, width: "126px", sort: "amount", firstSort: "desc", card: "foot-end", cell: (row) => (row.amount === null ? <Unknown>none known</Unknown> : <Money amount={row.amount} />) },
  { id: "due", header: "Due", width: "138px", sort: "dueAt", card: "end", cell: (row) => (row.dueAt === null ? <NotApplicable /> : <SlaClock startedAt={row.since} dueAt={row.dueAt} paused={row.exception?.status === "waiting" ? "waiting" : null} />) },
];

/** The title without the object's id, which stands below it: what is left says what is wrong. The whole is in the tip and on the exception. */
const shortTitle = (title: string, id: string | undefined): string => (id === undefined || title.startsWith(id) ? title : title.replace(` ${id}`, ""));

/** The trouble or the awaited step; below it the object, how critical it is and how far it came. */
function What({ row }: { row: LoadedRow }): ReactNode {
  const more = [row.exception ? row.stepName : null, row.note, row.criticality === "critical" || row.criticality === "high" ? row.criticality : null, row.reached ? `last “${row.reached.name}”` : null, row.owner ? row.owner : null].filter((part) => part !== null);
  return (
    <span className="stackl">
      {row.exception ? (
        <Link to={row.exceptionTo ?? "."} className="t tr block hover:underline" data-tip={row.exception.title}>
          {shortTitle(row.exception.title, row.object?.id)}
        </Link>
      ) : (
        <span className="t tr block">Waits for “{row.stepName}”</span>
      )}
      <span className="rowx second gap-1.5">
        {row.exception ? <KindMark kind={row.exception.kind} /> : null}
        {row.object && row.objectTo ? (
          <Link className="link whitespace-nowrap" to={row.objectTo}>
            {row.object.id}
          </Link>
        ) : null}
        <span className="tr" data-tip={more.join(", ")}>{more.join(", ")}</span>
      </span>
    </span>
  );
}
