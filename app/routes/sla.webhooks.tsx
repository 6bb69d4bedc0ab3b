import { data, Form } from "react-router";
import { listWebhooks, WEBHOOK_FORMATS } from "#queries/postgres/webhooks.ts";
import { Button } from "../components/Button.tsx";
import { Chip } from "../components/Chip.tsx";
import { EmptyState } from "../components/EmptyState.tsx";
import { Checkbox } from "../components/fields/Checkbox.tsx";
import { Select, TextField } from "../components/fields/Field.tsx";
import { Note } from "../components/Note.tsx";
import { Panel } from "../components/Panel.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { SlaTabs } from "../components/sla/SlaTabs.tsx";
import { Time } from "../components/Time.tsx";
import { actorOf, requireScope, servicesContext } from "../server/context.ts";
import { alterWebhook, createWebhook } from "../sla/acts.ts";
import { urlProblem } from "../webhooks/guard.ts";
import type { Route } from "./+types/sla.webhooks";

export const handle = pageHandle({ title: "Mail and policies" });

/** Title of the page. */
export function meta() {
  return [{ title: "Webhooks · Signalbox" }];
}

/** All webhooks; of an address only its host, for the rest of a chat system's address is a secret. */
export async function loader({ context }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const hooks = await listWebhooks(stores.postgres);
  return {
    asOf: new Date().toISOString(), entities: [...catalogue.current().entities.values()].map(({ id, name }) => ({ value: id, label: name })),
    hooks: hooks.map((hook) => ({ id: hook.id, name: hook.name, host: new URL(hook.url).host, format: hook.format, enabled: hook.enabled, allowPrivate: hook.allow_private, createdAt: hook.created_at.toISOString(), off: hook.off_at === null ? null : { at: hook.off_at.toISOString(), why: hook.off_reason ?? "" }, failures: hook.failures, sees: hook.all_facilities ? "the whole group" : [...hook.entities, ...hook.facilities].join(", ") })),
  };
}

/** Adds a webhook, switches one on or off, or gives it a new secret. A secret is in this answer and nowhere else. */
export async function action({ context, request }: Route.ActionArgs) {
  requireScope(context, "administer");
  const { stores, environment, catalogue } = context.get(servicesContext);
  const form = await request.formData();
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const change = text("change");
  if (change === "on" || change === "off" || change === "new_secret") {
    const done = await alterWebhook(stores, actorOf(context), environment.sessionSecret, text("id"), change);
    if (!done) throw data(null, { status: 404 });
    return { secret: done.secret, problem: null };
  }
  const allowPrivate = form.has("allowPrivate");
  const format = WEBHOOK_FORMATS.find((each) => each === text("format"));
  const entities = form.getAll("entities").map(String).filter((id) => catalogue.current().entity(id));
  const problem = text("name") === "" ? "Give it a name." : !format ? "Choose a format." : urlProblem(text("url"), allowPrivate);
  if (problem || !format) return data({ secret: null, problem }, { status: 400 });
  const made = await createWebhook(stores, actorOf(context), environment.sessionSecret, { name: text("name").slice(0, 100), url: text("url"), format, allowPrivate, scope: entities.length === 0 ? "all" : { facilities: [], entities } });
  return { secret: made.secret, problem: null };
}

/** The list could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The webhooks" />;
}

const FORMATS = [
  { value: "generic", label: "JSON (Standard Webhooks)" },
  { value: "slack", label: "Slack" },
  { value: "teams", label: "Microsoft Teams" },
];

/** Outgoing webhooks. */
export default function Webhooks({ loaderData, actionData }: Route.ComponentProps) {
  const { hooks, entities } = loaderData;
  return (
    <>
      <SlaTabs current="webhooks" administers />
      {actionData?.secret ? (
        <Note tone="accent" alert>
          The secret, shown once: <code className="break-all">{actionData.secret}</code>. The receiver checks with it that calls come from here (Standard Webhooks).
        </Note>
      ) : null}
      <div className="with-rail">
        <Panel title="Webhooks" sub="what a policy says, to a chat or a program; calls are in the log of mails" lined>
          {hooks.length === 0 ? <EmptyState title="There is no webhook yet">Add one, then choose it as a recipient in a policy.</EmptyState> : null}
          <ul>
            {hooks.map((hook) => (
              <li key={hook.id} className="flex flex-wrap items-start gap-2 border-b border-line py-3 last:border-0">
                <div className="min-w-0 flex-1 basis-64">
                  <div className="rowx gap-2">
                    <h3 className="font-semibold">{hook.name}</h3>
                    {hook.enabled ? null : <Chip>Switched off</Chip>}
                    {hook.allowPrivate ? <Chip tone="caution" icon="caution">May call private addresses</Chip> : null}
                  </div>
                  <p className="second">
                    {FORMATS.find((format) => format.value === hook.format)?.label} · {hook.host} · sees {hook.sees} · since <Time at={hook.createdAt} as="day" />
                  </p>
                  {hook.off ? (
                    <p className="t-stop">
                      Switched off by itself <Time at={hook.off.at} />: {hook.off.why}.
                    </p>
                  ) : hook.failures > 0 ? (
                    <p className="t-caution">{hook.failures === 1 ? "The last call failed" : `The last ${hook.failures} calls failed`}; each is tried again.</p>
                  ) : null}
                </div>
                <Form method="post" className="flex gap-2">
                  <input type="hidden" name="id" value={hook.id} />
                  <Button type="submit" name="change" value={hook.enabled ? "off" : "on"} aria-label={`${hook.enabled ? "Switch off" : "Switch on"} ${hook.name}`}>
                    {hook.enabled ? "Switch off" : "Switch on"}
                  </Button>
                  <Button type="submit" name="change" value="new_secret" aria-label={`New secret for ${hook.name}`}>
                    New secret
                  </Button>
                </Form>
              </li>
            ))}
          </ul>
        </Panel>
        <Panel title="Add a webhook">
          <Form method="post" className="grid gap-3">
            {actionData?.problem ? (
              <Note tone="stop" alert>
                {actionData.problem}
              </Note>
            ) : null}
            <TextField label="Name" name="name" required maxLength={100} />
            <TextField label="Address" name="url" type="url" required hint="https://…; kept, and only its host is shown afterwards." />
            <Select label="Format" name="format" options={FORMATS} defaultValue="generic" />
            <fieldset>
              <legend className="legend">Tells only of these companies (none chosen: all)</legend>
              {entities.map((entity) => (
                <Checkbox key={entity.value} name="entities" value={entity.value}>
                  {entity.label}
                </Checkbox>
              ))}
            </fieldset>
            <Checkbox name="allowPrivate">
              It may call a private address
              <span className="second block">Only for receivers inside your own network.</span>
            </Checkbox>
            <Button type="submit" variant="primary">
              Add and show its secret
            </Button>
          </Form>
        </Panel>
      </div>
    </>
  );
}
