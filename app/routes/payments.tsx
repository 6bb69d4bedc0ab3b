import { UnmatchedPanels } from "../components/payments/UnmatchedPanels.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { BusinessViewPage } from "../components/views/BusinessViewPage.tsx";
import { PAYMENTS } from "../payments/definition.ts";
import { readPayments } from "../payments/panels.ts";
import { loadViewWith } from "../views/page.ts";
import type { Route } from "./+types/payments";

export const handle = pageHandle({ title: "Payments", facilities: true, live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "Payments · Signalbox" }];
}

/** Unmatched payments with why, how and where. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { view, more } = await loadViewWith(context, url, PAYMENTS, ({ stores, catalogue, request: asked, scope }) => readPayments(stores.clickhouse, catalogue, asked, scope));
  return { ...view, panels: more };
}

/** The view could not be shown. */
export function ErrorBoundary() {
  return <PageError what="Payments" />;
}

/** Which payments have no invoice, why, whose they are and how much is in them. */
export default function Payments({ loaderData: { panels, ...view } }: Route.ComponentProps) {
  return <BusinessViewPage view={view} stagesTitle="From the payment to the bank" between={<UnmatchedPanels payments={panels} />} nothing="Every payment was posted, or is not yet due." />;
}
