import { data, Form } from "react-router";
import { choiceOf } from "#queries/postgres/mail-choices.ts";
import { Button } from "../components/Button.tsx";
import { Note } from "../components/Note.tsx";
import { EntryPage } from "../components/shell/EntryPage.tsx";
import { readUnsubscribeToken } from "../mail/links.ts";
import { requestContext, servicesContext } from "../server/context.ts";
import { choosePolicy } from "../sla/acts.ts";
import type { Route } from "./+types/unsubscribe";

/** Title of the page. */
export function meta() {
  return [{ title: "Unsubscribe · Signalbox" }, { name: "robots", content: "noindex" }];
}

/** What the link is about. Opening it changes nothing: mail programs open links by themselves. */
export async function loader({ context, params }: Route.LoaderArgs) {
  const { stores, catalogue, mail } = context.get(servicesContext);
  const token = readUnsubscribeToken(mail.links.secret, params.token);
  if (!token) throw data(null, { status: 404 });
  return { policy: catalogue.current().policies.get(token.policy)?.name ?? token.policy, off: (await choiceOf(stores.postgres, token.recipient, token.policy)) === "off" };
}

/** The button, and the one-click POST of mail programs (RFC 8058): no sign-in, no question. */
export async function action({ context, params, request }: Route.ActionArgs) {
  const { stores, mail } = context.get(servicesContext);
  const token = readUnsubscribeToken(mail.links.secret, params.token);
  if (!token) throw data(null, { status: 404 });
  const again = (await request.formData()).get("again") === "1";
  const person = /^person:(.+)$/.exec(token.recipient)?.[1];
  const actor = { kind: "person", id: person ?? "mail recipient", origin: context.get(requestContext).ip } as const;
  await choosePolicy(stores, actor, token.recipient, token.policy, again ? null : "off");
  return { done: true };
}

/** A link that is not ours, or was cut off on its way. */
export function ErrorBoundary() {
  return (
    <EntryPage title="This link does not work">
      <p>It is not complete. Open the mail again and use its link, or sign in and choose under “What I am told”.</p>
    </EntryPage>
  );
}

/** Leave one policy. */
export default function Unsubscribe({ loaderData }: Route.ComponentProps) {
  const { policy, off } = loaderData;
  return (
    <EntryPage title={off ? "You are unsubscribed" : "Unsubscribe"}>
      {off ? (
        <>
          <Note tone="clear">No more mails of “{policy}” come to your address. What others get does not change.</Note>
          <Form method="post">
            <input type="hidden" name="again" value="1" />
            <Button type="submit">Take it back</Button>
          </Form>
        </>
      ) : (
        <>
          <p>No more mails of “{policy}” to your address?</p>
          <Form method="post">
            <Button type="submit" variant="primary" size="l">
              Unsubscribe
            </Button>
          </Form>
        </>
      )}
    </EntryPage>
  );
}
