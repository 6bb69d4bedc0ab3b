import { data, Link, useLocation } from "react-router";
import { FilterError } from "#queries/model/filter.ts";
import { Duration } from "../components/Age.tsx";
import { EmptyState } from "../components/EmptyState.tsx";
import { Sparkline } from "../components/figures/Sparkline.tsx";
import { formatCount } from "../components/format/money.ts";
import { MoneyList } from "../components/Money.tsx";
import { Panel } from "../components/Panel.tsx";
import { Count, Percent } from "../components/Percent.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import type { Column } from "../components/table/column.ts";
import { DataTable } from "../components/table/DataTable.tsx";
import { Segmented } from "../components/Tabs.tsx";
import { NotApplicable } from "../components/Unknown.tsx";
import { OrderTabs } from "../components/views/OrderTabs.tsx";
import { withParameters } from "../paths.ts";
import { requireScope, servicesContext } from "../server/context.ts";
import { PURCHASE_ORDERS } from "../views/purchase-orders.ts";
import { readViewRequest } from "../views/request.ts";
import { readSuppliers, SUPPLIER_SORTS, type SupplierRow, type SupplierSort } from "../views/suppliers.ts";
import type { Route } from "./+types/suppliers";

export const handle = pageHandle({ title: "Suppliers", parent: { label: "Purchase orders", to: "/purchase-orders" }, facilities: true, live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "Suppliers · Signalbox" }];
}

/** Every supplier's record over the window in the address. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const scope = requireScope(context, "read");
  const search = new URLSearchParams(url.searchParams);
  const sort = search.get("sort") ?? "-orders";
  search.delete("sort");
  const by = sort.replace("-", "") as SupplierSort;
  if (!Object.hasOwn(SUPPLIER_SORTS, by)) throw data(`sort: one of ${Object.keys(SUPPLIER_SORTS).join(", ")}`, { status: 400 });
  const now = new Date();
  try {
    const request = readViewRequest(catalogue.current(), PURCHASE_ORDERS, search);
    const rows = await readSuppliers(stores, catalogue.current(), scope, request, now);
    const value = SUPPLIER_SORTS[by];
    const direction = sort.startsWith("-") ? -1 : 1;
    return { asOf: now.toISOString(), window: request.window, sort, rows: rows.toSorted((a, b) => direction * (value(a) - value(b)) || a.name.localeCompare(b.name, "en")) };
  } catch (error) {
    if (error instanceof FilterError) throw data(error.message, { status: 400 });
    throw error;
  }
}

/** The suppliers could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The suppliers" />;
}

const COLUMNS: readonly Column<SupplierRow>[] = [
  { id: "name", header: "Supplier", card: "title", cell: (row) => <Link className="link tr block" to={row.to} data-tip={row.name}>{row.name}</Link> },
  { id: "orders", header: "Orders", numeric: true, width: "168px", sort: "orders", firstSort: "desc", cell: (row) => <span className="block"><Count value={row.orders} />{row.money.length > 0 ? <span className="second tr block"><MoneyList amounts={row.money.slice(0, 1)} cents={false} />{row.money.length > 1 ? ` and ${row.money.length - 1} more` : ""}</span> : null}</span> },
  { id: "stuck", header: "Stuck now", numeric: true, width: "86px", sort: "stuck", firstSort: "desc", card: "end", cell: (row) => (row.stuck === 0 ? <Count value={0} /> : <Link className="link" to={row.toStuck} aria-label={`${row.stuck} stuck orders with ${row.name}`}>{formatCount(row.stuck)}</Link>) },
  { id: "answer", header: "Answer, median and 90 %", numeric: true, width: "164px", sort: "answer", firstSort: "desc", wideOnly: true, card: "foot", cell: (row) => (row.answer === null ? <NotApplicable /> : <span className="block"><Duration seconds={row.answer.median} /><span className="second block">90 % within <Duration seconds={row.answer.p90} /></span></span>) },
  { id: "confirmed", header: "Answered in time", numeric: true, width: "118px", sort: "confirmed", firstSort: "desc", card: "foot", cell: (row) => <Share of={row.confirmation} /> },
  { id: "receipts", header: "Received in time", numeric: true, width: "118px", sort: "receipts", firstSort: "desc", card: "foot", cell: (row) => <Share of={row.receipt} /> },
  { id: "trend", header: "Receipts, trend", width: "112px", wideOnly: true, card: "hidden", cell: (row) => (row.receipt.trend.some((value) => value !== null) ? <Sparkline values={row.receipt.trend} what={`${row.name}: percent received in time`} span="the window" width={92} height={24} range={[0, 100]} /> : <NotApplicable />) },
  { id: "refused", header: "Refused", numeric: true, width: "74px", sort: "refused", firstSort: "desc", card: "hidden", cell: (row) => <Count value={row.refused} /> },
  { id: "variances", header: "Variances", numeric: true, width: "90px", sort: "variances", firstSort: "desc", card: "foot-end", cell: (row) => <span data-tip={`${row.offContract} off contract, ${row.overInvoiced} invoiced above the order, ${row.shortReceived} received short`}><Count value={row.offContract + row.overInvoiced + row.shortReceived} /></span> },
];

function Share({ of }: { of: SupplierRow["receipt"] }) {
  if (of.share === null) return <NotApplicable />;
  return (
    <span className="block">
      <Percent share={of.share} />
      <span className="second block">{of.openLate > 0 ? `${formatCount(of.openLate)} still open` : `of ${formatCount(of.inTime + of.late)}`}</span>
    </span>
  );
}

/** Suppliers side by side: how fast they answer, whether goods come in time, what they refuse, what differs. */
export default function Suppliers({ loaderData: list }: Route.ComponentProps) {
  const { search } = useLocation();
  return (
    <>
      <OrderTabs search={search} current="suppliers" />
      <Panel title="Supplier performance" sub={`${formatCount(list.rows.length)} suppliers with orders in the window`} end={<Segmented label="Orders of the last" items={(["7d", "30d", "90d"] as const).map((window) => ({ label: window.replace("d", " d"), to: withParameters(search, { window: window === "30d" ? null : window }), current: list.window === window }))} />} flush cards>
        <DataTable caption="Supplier performance" columns={COLUMNS} rows={list.rows} rowId={(row) => row.id} rowTo={(row) => row.to} total={list.rows.length} sort={{ current: list.sort, to: (sort) => withParameters(search, { sort: sort === "-orders" ? null : sort }) }} twoLine cards keys blank={<EmptyState title="No orders in this window">Choose a longer one, or another facility.</EmptyState>} />
      </Panel>
      <p className="second">
        Answered in time and received in time: of what fell due in the window, by the time allowed for its criticality in the facility’s calendar; what is still open counts as late. Answer: plain time from sent to confirmed or refused. Variances: prices off contract, invoices above the order, receipts below it.
      </p>
    </>
  );
}
