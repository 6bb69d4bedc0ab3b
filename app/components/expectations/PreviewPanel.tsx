import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Change, Preview } from "../../expectations/preview.ts";
import { objectPath } from "../../paths.ts";
import { formatCount } from "../format/money.ts";
import { formatPercent } from "../format/percent.ts";
import { Money, MoneyList } from "../Money.tsx";
import { Note } from "../Note.tsx";
import { Panel } from "../Panel.tsx";
import { type PlainColumn, PlainTable } from "../table/PlainTable.tsx";
import { Time } from "../Time.tsx";
import { NotApplicable } from "../Unknown.tsx";

/** What a change would do to what waits now, and how often it would have been broken. */
export function PreviewPanel({ preview, changes }: { preview: Preview; changes: readonly { field: string; before: string; after: string }[] }): ReactNode {
  const { newlyLate, noLongerLate } = preview;
  return (
    <Panel title="What it would change" sub={`judged on the history of ${formatCount(preview.judged)} objects`} lined>
      <div className="stack" role="status">
        <p className="lead">{sentence(preview)}</p>
        {preview.judged < preview.total ? <Note tone="caution">{formatCount(preview.total)} objects are concerned; the {formatCount(preview.judged)} that wait or are newest were judged. The counts are of those.</Note> : null}
        {changes.length === 0 ? (
          <Note>Nothing differs from the rule in force.</Note>
        ) : (
          <ul className="grid gap-0.5 text-12">
            {changes.map((change) => (
              <li key={change.field}>
                {change.field}: <del className="text-ink-3">{change.before}</del> → <ins className="no-underline">{change.after}</ins>
              </li>
            ))}
          </ul>
        )}
        <PlainTable
          caption="Counts by the rule in force and by the changed one"
          columns={COUNTS}
          rows={[
            { label: "Waits", before: formatCount(preview.open.before), after: formatCount(preview.open.after) },
            { label: "At risk now", before: formatCount(preview.atRisk.before), after: formatCount(preview.atRisk.after) },
            { label: "Late now", before: formatCount(preview.late.before), after: formatCount(preview.late.after) },
            ...preview.breaches.map((one) => ({ label: `Not in time, last ${one.days} days`, before: breach(one.before), after: breach(one.after) })),
          ]}
          rowId={(row) => row.label}
          rowHeads
        />
        <ChangeTable title="Newly late" change={newlyLate} />
        <ChangeTable title="No longer late" change={noLongerLate} />
      </div>
    </Panel>
  );
}

const COUNTS: readonly PlainColumn<{ label: string; before: string; after: string }>[] = [
  { header: "Of what is judged", cell: (row) => row.label },
  { header: "In force", numeric: true, cell: (row) => row.before },
  { header: "Changed", numeric: true, cell: (row) => (row.before === row.after ? <span className="text-ink-3">{row.after}</span> : <strong>{row.after}</strong>) },
];

const breach = ({ due, breached }: { due: number; breached: number }): string => (due === 0 ? "none due" : `${formatCount(breached)} of ${formatCount(due)}, ${formatPercent(breached / due)}`);

function sentence({ newlyLate, noLongerLate }: Preview): string {
  if (newlyLate.count === 0 && noLongerLate.count === 0) return "Nothing that waits now would become late, and nothing late would be in time again.";
  const more = newlyLate.count > 0 ? `${formatCount(newlyLate.count)} ${newlyLate.count === 1 ? "wait becomes" : "waits become"} late at once` : "";
  const less = noLongerLate.count > 0 ? `${formatCount(noLongerLate.count)} ${noLongerLate.count === 1 ? "is" : "are"} no longer late, and ${noLongerLate.count === 1 ? "its exception closes" : "their exceptions close"}` : "";
  return `${[more, less].filter(Boolean).join("; ")}.`;
}

const MOVED: readonly PlainColumn<Change["rows"][number]>[] = [
  { header: "Object", cell: (row) => <Link className="link" to={objectPath(row)}>{row.id}</Link> },
  { header: "Due in force", numeric: true, cell: (row) => (row.before ? <Time at={row.before} /> : <NotApplicable />) },
  { header: "Due changed", numeric: true, cell: (row) => (row.after ? <Time at={row.after} /> : <NotApplicable />) },
  { header: "Amount", numeric: true, cell: (row) => (row.amount ? <Money amount={row.amount} /> : <NotApplicable />) },
];

function ChangeTable({ title, change }: { title: string; change: Change }): ReactNode {
  if (change.count === 0) return null;
  return (
    <div>
      <h3>
        {title}: {formatCount(change.count)} {change.money.length > 0 ? <MoneyList amounts={change.money} /> : null}
      </h3>
      <PlainTable
        caption={title}
        columns={MOVED}
        rows={change.rows}
        rowId={(row) => `${row.namespace} ${row.id}`}
        footer={
          change.count > change.rows.length ? (
            <tr className="total">
              <td colSpan={4}>
                The first {change.rows.length} of {formatCount(change.count)}, due first
              </td>
            </tr>
          ) : null
        }
      />
    </div>
  );
}
