import { data } from "react-router";
import { countExceptions } from "#queries/clickhouse/exceptions/figures.ts";
import { exceptionFilter } from "#queries/model/filter.ts";
import { countObjects } from "#queries/clickhouse/exceptions/lines.ts";
import { scopeFor } from "../auth/principal.ts";
import { unpackIds } from "../exceptions/selected-ids.ts";
import { requirePrincipal, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/exceptions.selection";

/** What a frozen selection amounts to: exceptions, objects, money per currency with each business amount once. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const packed = url.searchParams.get("ids") ?? "";
  const ids = unpackIds(packed, 5000);
  if (ids === null) throw data("The selection cannot be read.", { status: 400 });
  const { stores } = context.get(servicesContext);
  const scope = scopeFor(requirePrincipal(context), "read");
  const filter = exceptionFilter.parse({ status: [], environment: [] });
  const [figure, objects] = await Promise.all([countExceptions(stores.clickhouse, filter, scope, ids), countObjects(stores.clickhouse, ids, scope)]);
  return { ids: packed, count: figure.count, objects, money: figure.money };
}
