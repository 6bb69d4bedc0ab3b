import { requirePrincipal, servicesContext } from "../server/context.ts";
import { mailDocument } from "../server/security.ts";
import { readMail } from "../sla/pages.ts";
import type { Route } from "./+types/sla.mail-html";

/** The HTML of one mail, for the frame on its page: no script runs in it and it loads nothing. */
export async function loader({ context, params }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const found = await readMail(stores, catalogue.current(), requirePrincipal(context), params.id);
  if (!found || found.html === null) throw new Response("Not found", { status: 404 });
  return mailDocument(found.html);
}
