import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { BusinessViewPage } from "../components/views/BusinessViewPage.tsx";
import { CodesPanel, ConsumersPanel } from "../components/views/MasterDataPanels.tsx";
import { codeRows, consumerRows, MASTER_DATA } from "../views/master-data.ts";
import { loadViewWith } from "../views/page.ts";
import type { Route } from "./+types/master-data";

export const handle = pageHandle({ title: "Master data", facilities: true, live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "Master data · Signalbox" }];
}

/** The view, the consumers behind and the codes that could not be translated. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { view, more } = await loadViewWith(context, url, MASTER_DATA, async ({ stores, catalogue, scope, request, now }) => {
    const [consumers, codes] = await Promise.all([consumerRows(stores, catalogue, scope, request, now), codeRows(stores, catalogue, scope, request, now)]);
    return { consumers, codes };
  });
  return { ...view, ...more };
}

/** The view could not be shown. */
export function ErrorBoundary() {
  return <PageError what="Master data" />;
}

/** Consumers out of date per type of record, unmapped codes, and the rows behind them. */
export default function MasterData({ loaderData: view }: Route.ComponentProps) {
  return <BusinessViewPage view={view} layout="full" nothing="Every change was taken over by its consumers in time, or is not yet due." between={<ConsumersPanel rows={view.consumers} />} after={<CodesPanel rows={view.codes} window={view.window} />} />;
}
