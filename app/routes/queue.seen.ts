import { redirect } from "react-router";
import { markAllMentionsSeen } from "#queries/postgres/mentions.ts";
import { markAllSeen } from "#queries/postgres/reading.ts";
import { markAllWatchesSeen } from "#queries/postgres/watches.ts";
import { safeNext } from "../auth/access.ts";
import { requirePrincipal, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/queue.seen";

/** Only its form does something. */
export function loader() {
  return redirect("/queue");
}

/** What was new is seen: `what=news` mentions and what is watched, else the whole worklist. */
export async function action({ context, request }: Route.ActionArgs) {
  const { stores } = context.get(servicesContext);
  const { id } = requirePrincipal(context);
  const form = await request.formData();
  if (form.get("what") === "news") await Promise.all([markAllMentionsSeen(stores.postgres, id), markAllWatchesSeen(stores.postgres, id)]);
  else await markAllSeen(stores.postgres, id, new Date());
  return redirect(safeNext(String(form.get("back") ?? "/queue")));
}
