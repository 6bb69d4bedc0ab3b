import { listPeople } from "#queries/postgres/people.ts";
import { renderHtml } from "../mail/template.ts";
import { requirePrincipal, servicesContext } from "../server/context.ts";
import { mailDocument } from "../server/security.ts";
import { previewFor } from "../sla/pages.ts";
import { draftOf } from "../sla/draft.ts";
import type { Route } from "./+types/sla.preview";

/** The mail that a policy, or a draft of it in the address, would send to the reader now. */
export async function loader({ context, params, url }: Route.LoaderArgs) {
  const { stores, catalogue, mail } = context.get(servicesContext);
  const current = catalogue.current();
  const { policy } = draftOf(current, params.id, url.searchParams, await listPeople(stores.postgres));
  if (!policy) throw new Response("Not found", { status: 404 });
  const model = await previewFor(stores, current, mail.links, policy, requirePrincipal(context), new Date());
  return mailDocument(model ? await renderHtml(model) : '<!doctype html><html lang="en"><title>No mail</title><p style="font:15px/24px sans-serif;padding:16px">Nothing is open under this policy in what you may see, so no mail would be sent.</p></html>');
}
