import { useLocation } from "react-router";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { BusinessViewPage } from "../components/views/BusinessViewPage.tsx";
import { OrderTabs } from "../components/views/OrderTabs.tsx";
import { loadView } from "../views/page.ts";
import { PURCHASE_ORDERS } from "../views/purchase-orders.ts";
import type { Route } from "./+types/purchase-orders";

export const handle = pageHandle({ title: "Purchase orders", facilities: true, live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "Purchase orders · Signalbox" }];
}

/** The pipeline, its figures and one page of its rows. */
export async function loader({ context, url }: Route.LoaderArgs) {
  return loadView(context, url, PURCHASE_ORDERS);
}

/** The view could not be shown. */
export function ErrorBoundary() {
  return <PageError what="Purchase orders" />;
}

/** From requisition to bank settlement: where orders are stuck, how many, at whose door. */
export default function PurchaseOrders({ loaderData: view }: Route.ComponentProps) {
  const { search } = useLocation();
  return <BusinessViewPage view={view} top={<OrderTabs search={search} current="orders" />} stagesTitle="From requisition to bank settlement" nothing="Every requisition and order went on in its time, or is not yet due." />;
}
