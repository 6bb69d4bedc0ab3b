import { MonthEndPanel } from "../components/invoice-exports/MonthEndPanel.tsx";
import { ReasonsPanel } from "../components/invoice-exports/ReasonsPanel.tsx";
import { WindowsPanel } from "../components/invoice-exports/WindowsPanel.tsx";
import { useReader } from "../components/reader.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { readPreferences } from "../components/shell/preferences.ts";
import { BusinessViewPage } from "../components/views/BusinessViewPage.tsx";
import { INVOICE_EXPORTS } from "../invoice-exports/definition.ts";
import { readExportPanels } from "../invoice-exports/panels.ts";
import { loadViewWith } from "../views/page.ts";
import type { Route } from "./+types/invoice-exports";

export const handle = pageHandle({ title: "Invoice exports", facilities: true, live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "Invoice exports · Signalbox" }];
}

/** Failed exports with the month end, the windows and the causes. */
export async function loader({ context, request, url }: Route.LoaderArgs) {
  const { view, more } = await loadViewWith(context, url, INVOICE_EXPORTS, ({ stores, catalogue, request: asked, now, scope }) => readExportPanels(stores.clickhouse, catalogue, asked, readPreferences(request.headers.get("cookie")).zone, now, scope));
  return { ...view, panels: more };
}

/** The view could not be shown. */
export function ErrorBoundary() {
  return <PageError what="Invoice exports" />;
}

/** Which invoices did not reach the accounting system, why, and whether the month will be done in time. */
export default function InvoiceExports({ loaderData: { panels, ...view } }: Route.ComponentProps) {
  const { zone } = useReader();
  return (
    <BusinessViewPage
      view={view}
      stagesTitle="From the issued invoice to its posting"
      between={
        <>
          <MonthEndPanel panels={panels} zone={zone} />
          <ReasonsPanel panels={panels} />
          <WindowsPanel panels={panels} />
        </>
      }
      nothing="Every invoice reached the accounting system, or is not yet due."
    />
  );
}
