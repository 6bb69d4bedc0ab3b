import { useLocation } from "react-router";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { BusinessViewPage } from "../components/views/BusinessViewPage.tsx";
import { ApproversPanel } from "../components/views/ApproversPanel.tsx";
import { OrderTabs } from "../components/views/OrderTabs.tsx";
import { approversWaiting, requisitionNotes } from "../views/approvers.ts";
import { loadViewWith } from "../views/page.ts";
import { PURCHASE_ORDERS } from "../views/purchase-orders.ts";
import type { Route } from "./+types/purchase-orders";

export const handle = pageHandle({ title: "Purchase orders", facilities: true, live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "Purchase orders · Signalbox" }];
}

/** The pipeline, its figures and one page of its rows. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { view, more } = await loadViewWith(context, url, PURCHASE_ORDERS, async ({ stores, scope, request, rows, now }) => {
    const [notes, approvers] = await Promise.all([requisitionNotes(stores, scope, rows), approversWaiting(stores, scope, request.filter.facility, now)]);
    return { notes, approvers };
  });
  return { ...view, rows: view.rows.map((row) => ({ ...row, note: more.notes[row.key] ?? null })), approvers: more.approvers };
}

/** The view could not be shown. */
export function ErrorBoundary() {
  return <PageError what="Purchase orders" />;
}

/** From requisition to bank settlement: where orders are stuck, how many, at whose door. */
export default function PurchaseOrders({ loaderData: view }: Route.ComponentProps) {
  const { search } = useLocation();
  return <BusinessViewPage view={view} top={<OrderTabs search={search} current="orders" />} rail={<ApproversPanel approvers={view.approvers} />} stagesTitle="From requisition to bank settlement" nothing="Every requisition and order went on in its time, or is not yet due." />;
}
