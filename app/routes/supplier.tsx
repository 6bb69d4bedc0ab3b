import { data } from "react-router";
import { Duration } from "../components/Age.tsx";
import { Sparkline } from "../components/figures/Sparkline.tsx";
import { formatCount } from "../components/format/money.ts";
import { FactStrip } from "../components/KeyValue.tsx";
import { MoneyList } from "../components/Money.tsx";
import { Panel } from "../components/Panel.tsx";
import { Count, Percent } from "../components/Percent.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { NotApplicable } from "../components/Unknown.tsx";
import { BusinessViewPage } from "../components/views/BusinessViewPage.tsx";
import { loadViewWith } from "../views/page.ts";
import { PURCHASE_ORDERS } from "../views/purchase-orders.ts";
import { readSuppliers, type SupplierRow } from "../views/suppliers.ts";
import type { Route } from "./+types/supplier";

export const handle = pageHandle<Route.ComponentProps["loaderData"]>({ title: "Supplier", titleOf: ({ supplier }) => supplier.name, parent: { label: "Suppliers", to: "/purchase-orders/suppliers" }, facilities: true, live: "follow" });

/** Title of the page. */
export function meta({ loaderData }: Route.MetaArgs) {
  return [{ title: `${loaderData?.supplier.name ?? "Supplier"} · Signalbox` }];
}

/** One supplier's record, and the purchase orders' own page for this supplier. 404 for one without an order in the window and nothing stuck. */
export async function loader({ context, params, url }: Route.LoaderArgs) {
  const address = new URL(url);
  address.searchParams.delete("counterparty");
  address.searchParams.set("counterparty", params.id);
  const { view, more } = await loadViewWith(context, address, PURCHASE_ORDERS, async ({ stores, catalogue, scope, request, now }) => (await readSuppliers(stores, catalogue, scope, request, now)).find((row) => row.id === params.id) ?? null);
  if (more === null && view.figure.count === 0) throw data("No order of this supplier in the window", { status: 404 });
  // The page is this supplier's: no filter, chip or comparison says so again.
  return {
    ...view, filters: view.filters.filter((group) => group.name !== "counterparty"), active: view.active.filter((chip) => chip.name !== view.counterparty), groups: { ...view.groups, counterparty: [] },
    supplier: { name: more?.name ?? view.rows[0]?.counterparty?.name ?? params.id }, record: more,
  };
}

/** The supplier could not be shown. */
export function ErrorBoundary() {
  return <PageError what="This supplier" back={{ label: "To the suppliers", to: "/purchase-orders/suppliers" }} />;
}

/** How one supplier does: answers, deliveries, refusals, variances; what is stuck at their door. */
export default function Supplier({ loaderData: view }: Route.ComponentProps) {
  return <BusinessViewPage view={view} top={view.record ? <SupplierRecordPanels record={view.record} window={view.window.replace("d", " days")} /> : null} stagesTitle="Orders to this supplier" nothing="Nothing waits for this supplier, or is not yet due." />;
}

function SupplierRecordPanels({ record, window }: { record: SupplierRow; window: string }) {
  const share = (of: SupplierRow["receipt"]) => (of.share === null ? <NotApplicable /> : <><Percent share={of.share} /> <span className="second">of {formatCount(of.inTime + of.late + of.openLate)}{of.openLate > 0 ? `, ${formatCount(of.openLate)} still open` : ""}</span></>);
  return (
    <>
      <FactStrip
        facts={[
          { label: `Orders in ${window}`, value: <><Count value={record.orders} /> {record.money.length > 0 ? <span className="text-12"><MoneyList amounts={record.money} cents={false} /></span> : null}</> },
          { label: "Answer, median", value: record.answer === null ? <NotApplicable /> : <><Duration seconds={record.answer.median} /> <span className="second">90 % within <Duration seconds={record.answer.p90} /></span></> },
          { label: "Answered in time", value: share(record.confirmation) },
          { label: "Received in time", value: share(record.receipt) },
          { label: "Refused", value: <Count value={record.refused} /> },
        ]}
      />
      <div className="grid items-start gap-3 fold:grid-cols-3">
        <Panel title="Answered in time" sub={`percent, ${window}`}><TrendLine of={record.confirmation} what="Percent answered in time" /></Panel>
        <Panel title="Received in time" sub={`percent, ${window}`}><TrendLine of={record.receipt} what="Percent received in time" /></Panel>
        <Panel title="Variances" sub={window}>
          <dl className="grid grid-cols-[1fr_auto] gap-x-3 gap-y-0.5 text-12">
            <Variance label="Price off contract" count={record.offContract} />
            <Variance label="Invoiced above the order" count={record.overInvoiced} />
            <Variance label="Received below the order" count={record.shortReceived} />
            <Variance label="Quality refused" count={record.qualityRefused} />
            <Variance label="Invoice blocked" count={record.invoiceBlocked} />
          </dl>
        </Panel>
      </div>
    </>
  );
}

function TrendLine({ of, what }: { of: SupplierRow["receipt"]; what: string }) {
  if (of.trend.every((value) => value === null)) return <p className="second">Nothing fell due in this time.</p>;
  return <Sparkline values={of.trend} what={what} span="the window, oldest first" width={352} height={76} range={[0, 100]} />;
}

function Variance({ label, count }: { label: string; count: number }) {
  return (
    <div className="contents">
      <dt className="text-ink-2">{label}</dt>
      <dd className="num"><Count value={count} /></dd>
    </div>
  );
}
