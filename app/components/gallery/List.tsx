import { type ReactNode, useState } from "react";
import { Link } from "react-router";
import { Age } from "../Age.tsx";
import { Person } from "../Avatar.tsx";
import { Button } from "../Button.tsx";
import { StackCount } from "../Chip.tsx";
import { Facets } from "../fields/Facets.tsx";
import { Sparkline } from "../figures/Sparkline.tsx";
import { FilterChips } from "../FilterChips.tsx";
import { KindMark, kindIcon } from "../KindMark.tsx";
import { Money } from "../Money.tsx";
import { Pagination } from "../Pagination.tsx";
import { Panel } from "../Panel.tsx";
import { Severity } from "../Severity.tsx";
import { SlaClock } from "../SlaClock.tsx";
import { BulkBar } from "../table/BulkBar.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";
import { Tabs } from "../Tabs.tsx";
import { ROWS, type SampleRow } from "./samples.ts";

const COLUMNS: Column<SampleRow>[] = [
  { id: "severity", header: "Severity", headerHidden: true, width: "30px", sort: "severity", firstSort: "desc", cell: (row) => <Severity level={row.severity} /> },
  {
    id: "exception",
    header: "Exception",
    card: "title",
    cell: (row) => (
      <>
        <div className="t tr">
          {row.count ? <StackCount count={row.count} what="failures with one cause:" /> : null}
          <Link to={`/kit?open=${row.id}`} className="hover:underline" data-tip={row.title}>
            {row.title}
          </Link>
        </div>
        <div className="rowx second gap-1.5">
          <KindMark kind={row.kind} />
          <span className="tr">{row.detail}</span>
        </div>
      </>
    ),
  },
  { id: "money", header: "Money", numeric: true, width: "124px", sort: "amount", firstSort: "desc", card: "end", cell: (row) => <span className="font-medium"><Money amount={row.amount} /></span> },
  { id: "age", header: "Age", numeric: true, width: "88px", sort: "age", firstSort: "desc", cell: (row) => <Age since={row.since} /> },
  { id: "sla", header: "SLA", width: "132px", sort: "dueAt", card: "foot", cell: (row) => <SlaClock startedAt={row.since} dueAt={row.due} used={row.used} paused={row.paused ?? null} /> },
  { id: "owner", header: "Owner", width: "128px", card: "foot-end", cell: (row) => <Person name={row.owner} /> },
  { id: "trend", header: "14 days", numeric: true, width: "84px", card: "hidden", wideOnly: true, cell: (row) => (row.trend ? <span className="inline-block"><Sparkline values={row.trend} what={row.title} width={62} height={22} /></span> : null) },
];

/** A worklist with everything around it. */
export function List(): ReactNode {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set(["EX-20431", "EX-20418"]));
  return (
    <>
      <Tabs
        label="Saved views"
        items={[
          { label: "All open", count: 764, to: "/kit?v=1" },
          { label: "Assigned to me", count: 34, to: "/kit?v=2" },
          { label: "Receivables, St. Verena", count: 118, to: "/kit?v=3", current: true },
          { label: "Breached today", count: 12, to: "/kit?v=4" },
        ]}
      />
      <div className="with-facets">
        <Facets
          keep={[["q", ""]]}
          groups={[
            { name: "kind", label: "Kind", options: (["failed", "overdue", "mismatch", "rejected"] as const).map((kind, i) => ({ value: kind, label: kind[0]?.toUpperCase() + kind.slice(1), count: [4, 21, 88, 5][i] ?? 0, icon: kindIcon(kind), selected: false })) },
            { name: "sla", label: "Service level", options: ["Breached", "At risk", "Paused", "On time"].map((label, i) => ({ value: label, label, count: [9, 14, 0, 89][i] ?? 0, selected: false })) },
            { name: "facility", label: "Facility", options: ["St. Verena Hospital, Zürich", "Marienstift Hospital, Freiburg", "Klinik Aarefeld, Bern"].map((label, i) => ({ value: label, label, count: [118, 71, 34][i] ?? 0, selected: i === 0 })), more: <Link className="link" to="/kit">8 more facilities</Link> },
          ]}
        />
        <div className="stack">
          <div className="listbar">
            <FilterChips
              filters={[
                { name: "Process", value: "Receivables", removeTo: "/kit" },
                { name: "Facility", value: "St. Verena", removeTo: "/kit" },
              ]}
            />
            <span className="text-ink-3">118 exceptions, 447 objects</span>
            <span className="ml-auto" />
            <Button icon="download">Export 118</Button>
          </div>
          <Panel flush cards>
            <DataTable
              caption="Open exceptions"
              columns={COLUMNS}
              rows={ROWS}
              rowId={(row) => row.id}
              rowTo={(row) => `/kit?open=${row.id}`}
              total={118}
              sort={{ current: "-severity", to: (sort) => `/kit?sort=${sort}` }}
              selection={{ selected, onChange: setSelected, label: (row) => `Select ${row.id}`, name: "id" }}
              unfold={(row) =>
                row.count ? (
                  <tr role="row" className="kid">
                    <td role="gridcell" colSpan={8}>
                      <Link className="link" to="/kit">
                        Show all {row.count}
                      </Link>{" "}
                      <span className="second">one cause, one decision</span>
                    </td>
                  </tr>
                ) : null
              }
              twoLine
              cards
              keys
            />
            <Pagination text="1–7 of 118" firstTo={null} nextTo="/kit?cursor=x" />
          </Panel>
          <BulkBar
            count={selected.size}
            summary={
              <>
                314 objects · <Money amount={{ value: "525734.10", currency: "CHF" }} /> net
              </>
            }
            actions={[
              { id: "a", label: "Assign", icon: "user", shortcut: "a", onAct: () => undefined },
              { id: "r", label: "Preview replay", icon: "replay", shortcut: "r", blocked: "A mismatch cannot be replayed", onAct: () => undefined },
              { id: "e", label: "Resolve …", icon: "check", shortcut: "e", onAct: () => undefined },
            ]}
            onClear={() => setSelected(new Set())}
          />
        </div>
      </div>
      <Panel title="Table, loading" sub="after 300 ms" lined flush>
        <DataTable caption="Loading" columns={COLUMNS} rows={[]} rowId={(row) => row.id} state="loading" />
      </Panel>
    </>
  );
}
