import { Link } from "react-router";
import { formatCount } from "../components/format/money.ts";
import { Panel } from "../components/Panel.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import type { Column } from "../components/table/column.ts";
import { Time } from "../components/Time.tsx";
import { NotApplicable, Unknown } from "../components/Unknown.tsx";
import { BusinessViewPage } from "../components/views/BusinessViewPage.tsx";
import type { LoadedRow } from "../components/views/ViewTable.tsx";
import { APPROVERS, personFacts, type PersonFacts } from "../views/approvers.ts";
import { loadViewWith } from "../views/page.ts";
import type { Route } from "./+types/approvers";

export const handle = pageHandle({ title: "Approvers", facilities: true, live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "Approvers · Signalbox" }];
}

/** The view, and beside each person what is known: departure, rights, decisions that wait. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { view, more } = await loadViewWith(context, url, APPROVERS, ({ stores, scope, rows, now }) => personFacts(stores, scope, rows, now));
  return { ...view, rows: view.rows.map((row): Row => ({ ...row, facts: more[row.key] ?? null })) };
}

/** The view could not be shown. */
export function ErrorBoundary() {
  return <PageError what="Approvers" />;
}

type Row = LoadedRow & { facts: PersonFacts | null };

const columns = (usual: readonly Column<LoadedRow>[]): readonly Column<Row>[] => [
  ...usual.filter((column) => column.id === "severity" || column.id === "what"),
  { id: "facility", header: "Facility", width: "15%", sort: "facility", card: "foot", cell: (row) => <span className="tr block" data-tip={row.facilityName.length > 22 ? row.facilityName : undefined}>{row.facilityName}</span> },
  {
    id: "person",
    header: "Person",
    width: "188px",
    card: "foot",
    cell: ({ facts }) =>
      facts === null ? (
        <NotApplicable />
      ) : (
        <span className="block min-w-0">
          <Link className="link tr block" to={facts.person.to}>{facts.person.id}</Link>
          <span className="second tr block">
            {facts.leftAt ? <>left <Time at={facts.leftAt} /></> : "in service"}
            {facts.department ? `, ${facts.department}` : ""}
          </span>
        </span>
      ),
  },
  {
    id: "rights",
    header: "Rights still held",
    width: "136px",
    wideOnly: true,
    card: "hidden",
    cell: ({ facts }) =>
      facts === null ? (
        <NotApplicable />
      ) : facts.rights.length === 0 ? (
        <Unknown>none reported</Unknown>
      ) : (
        <span className="stackl">
          {facts.rights.slice(0, 2).map((right) => (
            <Link key={right.id} className="link tr block" to={right.to}>{right.id}</Link>
          ))}
          {facts.rights.length > 2 ? <span className="second">{facts.rights.length - 2} more</span> : null}
        </span>
      ),
  },
  {
    id: "waiting",
    header: "Decisions waiting",
    width: "132px",
    card: "foot-end",
    cell: ({ facts }) =>
      facts === null ? (
        <NotApplicable />
      ) : (
        <span className="stackl">
          <span>{facts.named ? <Link className="link block" to={facts.named.to}>{formatCount(facts.named.count)} for this person</Link> : <span className="text-ink-3">none by name</span>}</span>
          <span className="second block">{facts.undecided ? <Link className="block hover:underline" to={facts.undecided.to}>{formatCount(facts.undecided.count)} in the facility</Link> : "none in the facility"}</span>
        </span>
      ),
  },
  ...usual.filter((column) => column.id === "due"),
];

/** Approvals routed to people who left: whose rights stand, since when, what waits for them. */
export default function Approvers({ loaderData: view }: Route.ComponentProps) {
  return (
    <BusinessViewPage
      view={view}
      columns={columns}
      layout="full"
      stagesTitle="From HR to the right people approving"
      nothing="The approval rights of everybody who left were revoked in time, or are not yet due."
      rail={
        <Panel title="How to read this">
          <p className="second">
            <b>For this person</b> counts undecided requisitions that name the person as approver. Where requisitions name nobody, <b>in the facility</b> says how many wait there: check who they are routed to.
          </p>
        </Panel>
      }
    />
  );
}
