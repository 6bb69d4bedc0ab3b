import { Link } from "react-router";
import { Age } from "../components/Age.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import type { Column } from "../components/table/column.ts";
import { Time } from "../components/Time.tsx";
import { NotApplicable, Unknown } from "../components/Unknown.tsx";
import { BusinessViewPage } from "../components/views/BusinessViewPage.tsx";
import type { LoadedRow } from "../components/views/ViewTable.tsx";
import { loadViewWith } from "../views/page.ts";
import { REPLENISHMENT, stockFacts, type StockFacts } from "../views/replenishment.ts";
import type { Route } from "./+types/replenishment";

export const handle = pageHandle({ title: "Replenishment", facilities: true, live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "Replenishment · Signalbox" }];
}

/** The view, and beside each stock what was measured, used and is on its way. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { view, more } = await loadViewWith(context, url, REPLENISHMENT, ({ stores, catalogue, scope, rows, now }) => stockFacts(stores, catalogue, scope, rows, now));
  return { ...view, rows: view.rows.map((row): Row => ({ ...row, facts: more[row.key] ?? null })) };
}

/** The view could not be shown. */
export function ErrorBoundary() {
  return <PageError what="Replenishment" />;
}

type Row = LoadedRow & { facts: StockFacts | null };

const columns = (usual: readonly Column<LoadedRow>[]): readonly Column<Row>[] => [
  ...usual.filter((column) => column.id === "severity" || column.id === "what"),
  {
    id: "item",
    header: "Item, place",
    width: "13%",
    card: "foot",
    cell: ({ facts }) =>
      facts?.item && facts.itemTo ? (
        <span className="block min-w-0">
          <Link className="link tr block" to={facts.itemTo}>{facts.item}</Link>
          <span className="second tr block" data-tip={facts.location ?? undefined}>{facts.location ?? "place unknown"}</span>
        </span>
      ) : (
        <NotApplicable />
      ),
  },
  {
    id: "stock",
    header: "In stock",
    numeric: true,
    width: "86px",
    card: "foot",
    cell: ({ facts }) =>
      facts === null ? (
        <NotApplicable />
      ) : (
        <span className="block">
          <span className="block font-medium">{facts.onHand ?? <Unknown />}</span>
          <span className="second block">min. {facts.threshold ?? "unknown"}</span>
        </span>
      ),
  },
  {
    id: "used",
    header: "Last used",
    numeric: true,
    width: "94px",
    wideOnly: true,
    card: "hidden",
    cell: ({ facts }) =>
      facts === null ? (
        <NotApplicable />
      ) : facts.usedAt === null ? (
        <Unknown>not seen</Unknown>
      ) : (
        <span className="block">
          <span className="block"><Time at={facts.usedAt} /></span>
          <span className="second block">{facts.used} in {facts.usedDays} d</span>
        </span>
      ),
  },
  {
    id: "coming",
    header: "On its way",
    width: "26%",
    card: "foot",
    cell: ({ facts }) =>
      facts === null ? (
        <NotApplicable />
      ) : facts.coming.length === 0 ? (
        <span className="t-stop font-medium">nothing</span>
      ) : (
        <span className="stackl">
          {facts.coming.map((each) => (
            <span key={each.id} className="tr">
              <Link className="link" to={each.to}>{each.id}</Link> <span className="second">{each.quantity ? `${each.quantity}, ` : ""}{each.dueAt ? <>{each.step.toLowerCase()} due <Time at={each.dueAt} /></> : each.step}</span>
            </span>
          ))}
          {facts.comingMore > 0 ? <span className="second block">{facts.comingMore} more</span> : null}
        </span>
      ),
  },
  { id: "since", header: "Since", numeric: true, width: "96px", sort: "firstSeen", card: "hidden", wideOnly: true, cell: (row) => <Age since={row.facts?.measuredAt ?? row.since} /> },
  ...usual.filter((column) => column.id === "due"),
];

/** Stock below its minimum, nothing coming: which item, where, since when, how fast it goes. */
export default function Replenishment({ loaderData: view }: Route.ComponentProps) {
  return <BusinessViewPage view={view} columns={columns} layout="full" stagesTitle="From consumption to goods on the shelf" nothing="For every stock below its minimum a transfer or an order was requested in time, or is not yet due." />;
}
