import { data, Form } from "react-router";
import { can } from "../auth/principal.ts";
import { Button } from "../components/Button.tsx";
import { formatCount } from "../components/format/money.ts";
import { KeyValue } from "../components/KeyValue.tsx";
import { Note } from "../components/Note.tsx";
import { Panel } from "../components/Panel.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { MailFrame } from "../components/sla/MailFrame.tsx";
import { MailState } from "../components/sla/MailState.tsx";
import { Time } from "../components/Time.tsx";
import { NotApplicable } from "../components/Unknown.tsx";
import { actorOf, requirePrincipal, requireScope, servicesContext } from "../server/context.ts";
import { retryMail } from "../sla/acts.ts";
import { readMail } from "../sla/pages.ts";
import type { Route } from "./+types/sla.mail";

export const handle = pageHandle({ title: "Mail", parent: { label: "Mails", to: "/sla/mails" } });

/** Title of the page. */
export function meta() {
  return [{ title: "Mail · Signalbox" }];
}

/** One mail: what was sent, to whom, and what came of it. */
export async function loader({ context, params }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  const found = await readMail(stores, catalogue.current(), principal, params.id);
  if (!found) throw data(null, { status: 404 });
  const { html, ...rest } = found;
  return { asOf: new Date().toISOString(), hasHtml: html !== null, mayRetry: can(principal, "administer"), ...rest };
}

/** Sends it again. */
export async function action({ context, params }: Route.ActionArgs) {
  requireScope(context, "administer");
  const done = await retryMail(context.get(servicesContext).stores, actorOf(context), params.id);
  return done ? { problem: null } : data({ problem: "It is on its way, or was sent already." }, { status: 409 });
}

/** The mail could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The mail" back={{ label: "To the mails", to: "/sla/mails" }} />;
}

const AGAIN = ["held", "bounced", "failed", "deferred", "suppressed"];

/** What was sent, as its reader saw it. */
export default function Mail({ loaderData, actionData }: Route.ComponentProps) {
  const { mail, hasHtml, text, notices, leftOut, mayRetry } = loaderData;
  return (
    <>
      <div className="thing-head">
        <div className="min-w-0">
          <MailState state={mail.state} />
          <h2 className="thing-title">{mail.subject ?? `Gathering for ${mail.policyName}`}</h2>
        </div>
        {mayRetry && AGAIN.includes(mail.state) ? (
          <Form method="post">
            <Button type="submit" icon="replay">
              Send it again
            </Button>
          </Form>
        ) : null}
      </div>
      {actionData?.problem ? (
        <Note tone="stop" alert>
          {actionData.problem}
        </Note>
      ) : null}
      <div className="with-rail">
        <div className="stack">
          {hasHtml ? (
            <Panel title="As it was sent" sub="links lead into Signalbox">
              <MailFrame src={`/sla/mails/${mail.id}/html`} title={`Mail: ${mail.subject ?? ""}`} />
            </Panel>
          ) : null}
          <Panel title={mail.channel === "webhook" ? "What was sent" : "As plain text"}>
            {text === null ? (
              <p className="second">It is made when it leaves{mail.state === "planned" ? <>, at <Time at={mail.nextAt} as="seconds" /> at the earliest</> : null}.</p>
            ) : (
              <pre className="max-h-[420px] overflow-auto text-12 whitespace-pre-wrap" tabIndex={0} aria-label="Plain text of the mail">
                {text}
              </pre>
            )}
          </Panel>
        </div>
        <div className="stack">
          <Panel title="Delivery">
            <KeyValue
              facts={[
                { label: "To", value: mail.to },
                ...(mail.to === mail.address ? [] : [{ label: "Address", value: mail.address }]),
                { label: "Policy", value: mail.policyName },
                { label: "Planned", value: <Time at={mail.createdAt} /> },
                { label: "As of", value: mail.asOf ? <Time at={mail.asOf} /> : <NotApplicable /> },
                { label: "Sent", value: mail.sentAt ? <Time at={mail.sentAt} /> : <NotApplicable /> },
                { label: "Attempts", value: formatCount(mail.attempts) },
                ...(mail.state === "deferred" ? [{ label: "Next", value: <Time at={mail.nextAt} /> }] : []),
                { label: "Why", value: mail.reason ?? <NotApplicable /> },
                { label: "Server", value: mail.reply ?? <NotApplicable /> },
              ]}
            />
          </Panel>
          {notices > 0 ? (
            <Panel title="What it carries">
              <p>
                {formatCount(notices)} {notices === 1 ? "notice was" : "notices were"} gathered for it.
              </p>
              {leftOut.map(({ why, count }) => (
                <p key={why} className="second">
                  {formatCount(count)} left out: {why.toLowerCase()}
                </p>
              ))}
            </Panel>
          ) : null}
        </div>
      </div>
    </>
  );
}
