import { data } from "react-router";
import { countExceptions } from "#queries/clickhouse/exceptions/figures.ts";
import { exceptionFilter } from "#queries/model/filter.ts";
import { countObjects } from "#queries/clickhouse/exceptions/lines.ts";
import { scopeFor } from "../auth/principal.ts";
import { readSelection } from "../exceptions/bulk.ts";
import { packIds } from "../exceptions/selected-ids.ts";
import { requirePrincipal, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/exceptions.selection";

/** What a frozen selection amounts to: its ids, exceptions, objects, money per currency with each business amount once. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { stores } = context.get(servicesContext);
  const scope = scopeFor(requirePrincipal(context), "read");
  const selection = await readSelection(stores, url.searchParams, scope);
  if ("problem" in selection) return data({ problem: selection.problem, ids: "", count: 0, objects: 0, money: [] }, { status: 400 });
  const filter = exceptionFilter.parse({ status: [], environment: [] });
  const [figure, objects] = await Promise.all([countExceptions(stores.clickhouse, filter, scope, selection.ids), countObjects(stores.clickhouse, selection.ids, scope)]);
  return { problem: null, ids: packIds(selection.ids), count: figure.count, objects, money: figure.money };
}

/** What was frozen stays as it was, whatever is done on the page meanwhile. */
export function shouldRevalidate(): boolean {
  return false;
}
