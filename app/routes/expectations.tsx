import { Link } from "react-router";
import { Chip } from "../components/Chip.tsx";
import { CalendarCell, InTime, WithinCell } from "../components/expectations/Cells.tsx";
import { EmptyState } from "../components/EmptyState.tsx";
import { formatCount } from "../components/format/money.ts";
import { Panel } from "../components/Panel.tsx";
import { Count } from "../components/Percent.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import type { Column } from "../components/table/column.ts";
import { DataTable } from "../components/table/DataTable.tsx";
import type { ExpectationLine, WindowLine } from "../expectations/view.ts";
import { readExpectations, readWatched } from "../expectations/view.ts";
import { requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/expectations";

export const handle = pageHandle({ title: "Expectations", live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "Expectations · Signalbox" }];
}

/** Every expectation with its rule and how it does, in the reader's scope. */
export async function loader({ context }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const scope = requireScope(context, "read");
  const now = new Date();
  const [processes, watched] = await Promise.all([readExpectations(stores, catalogue.current(), now, scope), readWatched(stores, catalogue.current(), scope)]);
  return { asOf: now.toISOString(), processes, watched };
}

/** The expectations could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The expectations" />;
}

const COLUMNS: readonly Column<ExpectationLine>[] = [
  {
    id: "step",
    header: "Expected step",
    card: "title",
    cell: (row) => (
      <span className="block min-w-0">
        <Link className="link tr block" to={row.to} data-tip={row.step}>
          {row.step}
        </Link>
        <span className="second tr block" data-tip={`${row.object}, after “${row.after}”`}>
          {row.object}, after “{row.after}”
        </span>
      </span>
    ),
  },
  { id: "within", header: "Allowed", width: "212px", card: "foot", cell: (row) => <WithinCell within={row.within} /> },
  { id: "calendar", header: "Calendar", width: "188px", card: "foot", wideOnly: true, cell: (row) => <CalendarCell name={row.calendar} warnAt={row.warnAt} /> },
  {
    id: "if",
    header: "Only if",
    width: "15%",
    card: "hidden",
    wideOnly: true,
    cell: (row) => (
      <span className="block min-w-0">
        {row.conditions.length > 0 ? <span className="tr block" data-tip={row.conditions.join("; ")}>{row.conditions.join("; ")}</span> : <span className="block text-ink-3">always</span>}
        {row.pauses ? <span className="block"><Chip icon="paused">pauses</Chip></span> : null}
      </span>
    ),
  },
  { id: "open", header: "Waits", numeric: true, width: "76px", card: "foot-end", cell: (row) => <Link className="link" to={row.openTo}><Count value={row.figures.open} /></Link> },
  { id: "risk", header: "At risk", numeric: true, width: "72px", card: "hidden", cell: (row) => <Count value={row.figures.atRisk} /> },
  { id: "late", header: "Late", numeric: true, width: "68px", card: "end", cell: (row) => <Link className="link" to={row.lateTo}>{row.figures.late > 0 ? <strong className="text-stop">{formatCount(row.figures.late)}</strong> : <Count value={0} />}</Link> },
  { id: "intime", header: "In time, 30 d", numeric: true, width: "108px", card: "foot-end", cell: (row) => <InTime share={row.inTime} due={row.figures.due} /> },
];

const WINDOWS: readonly Column<WindowLine>[] = [
  { id: "integration", header: "Batch", card: "title", cell: (row) => <Link className="link tr block" to={row.to}>{row.integration}</Link> },
  { id: "feeds", header: "Must start", width: "32%", card: "foot", cell: (row) => <span className="tr block" data-tip={row.feeds}>{row.feeds}</span> },
  { id: "schedule", header: "When", width: "22%", card: "foot", cell: (row) => row.schedule },
  { id: "grace", header: "Grace", numeric: true, width: "84px", card: "foot-end", cell: (row) => row.grace },
  { id: "missed", header: "Missed", numeric: true, width: "84px", card: "end", cell: (row) => (row.missed > 0 ? <Link className="link" to={`/exceptions?kind=overdue&integration=${encodeURIComponent(row.key)}`}><strong className="text-stop">{formatCount(row.missed)}</strong></Link> : <Count value={0} />) },
];

/** What must follow what within which time, and how well it does. */
export default function Expectations({ loaderData: list }: Route.ComponentProps) {
  const blank = <EmptyState title="This process expects nothing">Its steps are shown, and none is due.</EmptyState>;
  return (
    <div className="stack">
      <p className="lead">After one step the next must follow within its time, counted in working hours. What does not is late, and becomes an exception. Times run from critical to low.</p>
      {list.processes.map((process) => (
        <Panel key={process.id} title={process.name} sub={`${process.lines.length} ${process.lines.length === 1 ? "expectation" : "expectations"}`} end={process.late > 0 ? <span className="text-stop">{formatCount(process.late)} late</span> : null} lined flush cards>
          <DataTable caption={`Expectations of ${process.name}`} columns={COLUMNS} rows={process.lines} rowId={(row) => row.id} rowTo={(row) => row.to} twoLine cards blank={blank} />
        </Panel>
      ))}
      <Panel title="What must not fail to start" sub={`${formatCount(list.watched.interfaces)} interfaces are watched for silence too`} end={<Link className="link" to="/integrations">Integrations</Link>} lined flush cards>
        <DataTable caption="Batch windows" columns={WINDOWS} rows={list.watched.windows} rowId={(row) => row.key} rowTo={(row) => row.to} cards blank={<EmptyState title="No batch window is watched">An integration with a schedule says in the catalogue what must be seen in each window.</EmptyState>} />
      </Panel>
    </div>
  );
}
