import { data, Form, Link, redirect, useLocation } from "react-router";
import { CatalogueError } from "#queries/catalogue/catalogue.ts";
import { listPeople } from "#queries/postgres/people.ts";
import { can } from "../auth/principal.ts";
import { Button } from "../components/Button.tsx";
import { TextField } from "../components/fields/Field.tsx";
import { formatCount } from "../components/format/money.ts";
import { Note } from "../components/Note.tsx";
import { Panel } from "../components/Panel.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { MailFrame } from "../components/sla/MailFrame.tsx";
import { PolicyFields } from "../components/sla/PolicyFields.tsx";
import { type PlainColumn, PlainTable } from "../components/table/PlainTable.tsx";
import { renderText } from "../mail/text.ts";
import { actorOf, requirePrincipal, requireScope, servicesContext } from "../server/context.ts";
import { savePolicy, sendTest } from "../sla/acts.ts";
import { draftOf } from "../sla/draft.ts";
import { policyChoices, previewFor, toldNow } from "../sla/pages.ts";
import { fieldsOf, givenFields, policyId, readPolicyFields } from "../sla/policy-form.ts";
import { readDirectory } from "../sla/recipients.ts";
import { policyListPath, whenWords, whoWords } from "../sla/words.ts";
import type { Route } from "./+types/sla.policy";

export const handle = pageHandle<{ name: string }>({ title: "Policy", titleOf: ({ name }) => name, parent: { label: "Policies", to: "/sla" } });

/** Title of the page. */
export function meta() {
  return [{ title: "Policy · Signalbox" }];
}

/** A policy or the draft in the address, the mail it would send now, and who would get it. */
export async function loader({ context, params, url }: Route.LoaderArgs) {
  const { stores, catalogue, mail } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  const administers = can(principal, "administer");
  const current = catalogue.current();
  const now = new Date();
  const people = await listPeople(stores.postgres);
  const { kept, policy, problems, isDraft } = draftOf(current, params.id, url.searchParams, people);
  if ((!kept && params.id !== "new") || ((isDraft || params.id === "new") && !administers)) throw data(null, { status: 404 });
  const directory = await readDirectory(stores, current);
  const names = { people: new Map(people.map((person) => [person.email, person.name])), webhooks: new Map([...directory.webhooks].map(([id, hook]) => [id, hook.name])) };
  const shown = policy ?? kept;
  const preview = policy ? await previewFor(stores, current, mail.links, policy, principal, now) : null;
  return {
    asOf: now.toISOString(), id: params.id, name: kept?.name ?? "New policy", administers, isDraft, problems, sends: mail.sends,
    fields: isDraft ? givenFields(url.searchParams) : shown ? fieldsOf(shown) : null, choices: policyChoices(directory),
    summary: policy ? { who: whoWords(policy, names), when: whenWords(policy, names), listTo: policyListPath(policy), description: policy.description } : null,
    preview: preview ? { subject: preview.subject, text: renderText(preview) } : null,
    told: policy && administers ? await toldNow(stores, directory, policy) : null,
  };
}

/** Saves the policy, or sends its mail to whoever asks. */
export async function action({ context, params, request }: Route.ActionArgs) {
  const services = context.get(servicesContext);
  const { stores, catalogue } = services;
  const form = await request.formData();
  if (form.get("intent") === "test") {
    const principal = requirePrincipal(context);
    if (!catalogue.current().policies.has(params.id) || principal.email === null) throw data(null, { status: 404 });
    const id = await sendTest(stores, actorOf(context), { channel: "mail", recipient: `person:${principal.id}`, name: principal.name, address: principal.email }, params.id);
    return redirect(`/sla/mails/${id}`);
  }
  requireScope(context, "administer");
  const people = await listPeople(stores.postgres);
  const current = catalogue.current();
  const isNew = params.id === "new";
  if (!isNew && !current.policies.has(params.id)) throw data(null, { status: 404 });
  const id = isNew ? policyId(String(form.get("name") ?? ""), current.policies) : params.id;
  const { policy, problems } = readPolicyFields(id, form, people);
  if (problems) return data({ problems }, { status: 400 });
  try {
    await savePolicy(stores, actorOf(context), policy, String(form.get("reason") ?? "").trim() || null);
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error;
    return data({ problems: { rest: error.problems.map((problem) => problem.message).join("; ") } }, { status: 400 });
  }
  await catalogue.refresh();
  return redirect(`/sla/policies/${id}`);
}

/** The policy could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The policy" back={{ label: "To the policies", to: "/sla" }} />;
}

const RECIPIENTS: readonly PlainColumn<NonNullable<Route.ComponentProps["loaderData"]["told"]>[number]>[] = [
  { header: "Recipient", cell: (each) => <>{each.name}{each.name === each.address ? null : <div className="second">{each.address}</div>}</> },
  { header: "Sees", hide: "hide-s", cell: (each) => <span className="second">{each.scope}</span> },
  { header: "Because", cell: (each) => <span className="second">{each.because}</span> },
  { header: "Open", numeric: true, cell: (each) => formatCount(each.open) },
];

/** One policy: what it says, whom it tells, and for administrators its fields. */
export default function PolicyPage({ loaderData, actionData }: Route.ComponentProps) {
  const { id, administers, isDraft, fields, choices, summary, preview, told } = loaderData;
  const { search } = useLocation();
  const problems: Record<string, string> | null = actionData?.problems ?? loaderData.problems;
  return (
    <div className={administers ? "grid items-start gap-3 wide:grid-cols-2" : "stack"}>
      {administers && fields ? (
        <Form method="post" className="stack" key={search}>
          {problems ? (
            <Note tone="stop" alert>
              Some fields need correcting: {Object.values(problems).join(" ")}
            </Note>
          ) : isDraft ? (
            <Note tone="caution">This is a draft: the preview shows it, and nothing is saved yet.</Note>
          ) : null}
          <PolicyFields values={fields} choices={choices} problems={problems} />
          <Panel title="Save">
            <div className="grid gap-3">
              <TextField label="Why, kept in the audit trail" name="reason" maxLength={500} />
              <div className="flex flex-wrap gap-2">
                <Button type="submit" formMethod="get" name="draft" value="1" icon="eye">
                  Preview
                </Button>
                <Button type="submit" variant="primary">
                  {id === "new" ? "Add the policy" : "Save a new version"}
                </Button>
              </div>
            </div>
          </Panel>
        </Form>
      ) : null}
      <div className="stack">
        {summary ? (
          <Panel title="In words">
            <p>{summary.description}</p>
            <p className="pt-2">
              <b>Tells</b> {summary.who}
            </p>
            <ul className="second">
              {summary.when.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
            <p className="pt-2">
              <Link className="link" to={summary.listTo}>
                The exceptions under it
              </Link>
            </p>
          </Panel>
        ) : null}
        {summary ? (
          <Panel
            title="What it would send now"
            sub={preview?.subject ?? "nothing: nothing is open under it"}
            end={
              isDraft || id === "new" ? null : (
                <Form method="post">
                  <Button type="submit" name="intent" value="test">
                    Send it to me
                  </Button>
                </Form>
              )
            }
          >
            <MailFrame src={`/sla/policies/${id}/preview${isDraft ? search : ""}`} title="Preview of the mail" />
            {preview ? (
              <details className="pt-3">
                <summary className="link">As plain text</summary>
                <pre className="max-h-[420px] overflow-auto pt-2 text-12 wrap-anywhere whitespace-pre-wrap" tabIndex={0} aria-label="Plain text of the preview">
                  {preview.text}
                </pre>
              </details>
            ) : null}
          </Panel>
        ) : null}
        {told ? (
          <Panel title="Who would get it now" sub={`${formatCount(told.length)} recipients; owners and whoever has taken it depend on the exception`} lined flush>
            {told.length === 0 ? <p className="second px-3.5 py-3">Nobody yet. Choose roles, teams or people under “Who is told”.</p> : <PlainTable caption="Recipients" columns={RECIPIENTS} rows={told} rowId={(each) => `${each.name} ${each.address}`} />}
          </Panel>
        ) : null}
      </div>
    </div>
  );
}
