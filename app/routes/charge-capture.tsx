import { CHARGE_CAPTURE } from "../charges/definition.ts";
import { readLeak } from "../charges/panels.ts";
import { LeakPanels } from "../components/charges/LeakPanels.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { readPreferences } from "../components/shell/preferences.ts";
import { BusinessViewPage } from "../components/views/BusinessViewPage.tsx";
import { loadViewWith } from "../views/page.ts";
import type { Route } from "./+types/charge-capture";

export const handle = pageHandle({ title: "Charge capture", facilities: true, live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "Charge capture · Signalbox" }];
}

/** Uncaptured charges with what leaks by day, code and facility. */
export async function loader({ context, request, url }: Route.LoaderArgs) {
  const { view, more } = await loadViewWith(context, url, CHARGE_CAPTURE, ({ stores, catalogue, request: asked, now, scope }) => readLeak(stores.clickhouse, catalogue, asked, readPreferences(request.headers.get("cookie")).zone, now, scope));
  return { ...view, panels: more };
}

/** The view could not be shown. */
export function ErrorBoundary() {
  return <PageError what="Charge capture" />;
}

/** Which completed services were never invoiced, and what that costs each day. */
export default function ChargeCapture({ loaderData: { panels, ...view } }: Route.ComponentProps) {
  return <BusinessViewPage view={view} stagesTitle="From the completed service to the payer’s money" between={<LeakPanels leak={panels} />} nothing="Every completed service has its charge, or is not yet due." />;
}
