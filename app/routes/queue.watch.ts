import { data, redirect } from "react-router";
import { safeNext } from "../auth/access.ts";
import { scopeFor } from "../auth/principal.ts";
import { actorOf, requirePrincipal, servicesContext } from "../server/context.ts";
import { watch, WatchError, watchInput } from "../worklists/watching.ts";
import type { Route } from "./+types/queue.watch";

/** Only its form does something. */
export function loader() {
  return redirect("/queue");
}

/** Begins or ends watching, then goes back to where the person was. */
export async function action({ context, request }: Route.ActionArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  const form = await request.formData();
  const read = watchInput.safeParse({ kind: form.get("kind"), subject: form.get("subject"), watching: form.get("watching") === "yes" });
  if (!read.success) throw data(null, { status: 400 });
  try {
    await watch(stores, catalogue.current(), actorOf(context), { id: principal.id, role: principal.role }, scopeFor(principal, "read"), read.data);
  } catch (error) {
    if (!(error instanceof WatchError)) throw error;
    throw data(error.message, { status: error.code === "not_found" ? 404 : 409 });
  }
  return redirect(safeNext(String(form.get("back") ?? "/queue")));
}
