import { data, Form, Link, redirect } from "react-router";
import { z } from "zod";
import { listPeople } from "#queries/postgres/people.ts";
import { can, scopeFor } from "../auth/principal.ts";
import { Button, ButtonLink } from "../components/Button.tsx";
import { TextField } from "../components/fields/Field.tsx";
import { formatCount } from "../components/format/money.ts";
import { Note } from "../components/Note.tsx";
import { Panel } from "../components/Panel.tsx";
import { ChangePreview } from "../components/rules/ChangePreview.tsx";
import { RuleTable } from "../components/rules/RuleTable.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { Tabs } from "../components/Tabs.tsx";
import { KINDS, placed, refusalWords, rulesOf, saveRules } from "../ownership/edit.ts";
import { previewRules } from "../ownership/preview.ts";
import { byAddress, readRules } from "../ownership/rules-page.ts";
import { actorOf, requirePrincipal, requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/rules";

export const handle = pageHandle({ title: "Rules" });

/** Title of the page. */
export function meta() {
  return [{ title: "Rules · Signalbox" }];
}

/** The severity and ownership rules in order, each with how many open exceptions it decides. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  const people = await listPeople(stores.postgres);
  const page = await readRules(stores, catalogue.current(), scopeFor(principal, "read"), people);
  return { asOf: new Date().toISOString(), ...page, set: url.searchParams.get("set") === "ownership" ? ("ownership" as const) : ("severity" as const), editable: can(principal, "administer") };
}

const change = z.object({ set: z.enum(["severity", "ownership"]), id: z.string(), change: z.enum(["up", "down", "switch"]), reason: z.string().trim().max(500).nullish(), intent: z.string().nullish() });

/** Moving a rule or switching it: first what it would do, then, with a reason, done. */
export async function action({ context, request }: Route.ActionArgs) {
  const scope = requireScope(context, "administer");
  const { stores, catalogue } = context.get(servicesContext);
  const asked = change.safeParse(Object.fromEntries(await request.formData()));
  if (!asked.success) throw data(null, { status: 400 });
  const { set, id, intent, reason } = asked.data;
  const rules = rulesOf(set, catalogue.current());
  const index = rules.findIndex((rule) => rule.id === id);
  const rule = rules[index];
  if (!rule) throw data(null, { status: 404 });
  const documents =
    asked.data.change === "switch"
      ? [{ kind: KINDS[set], document: { ...rule, active: !rule.active } }]
      : placed(set, catalogue.current(), rule, (asked.data.change === "up" ? rules[index - 1] : rules[index + 2])?.id ?? null);
  const what = asked.data.change === "switch" ? `Switch “${rule.name}” ${rule.active ? "off" : "on"}` : `Move “${rule.name}” ${asked.data.change}`;
  const given = { set, id, change: asked.data.change, what };
  try {
    if (intent === "save" && reason && reason.length >= 3) {
      await saveRules(stores, catalogue, actorOf(context), documents, reason);
      return redirect(`/rules?set=${set}`);
    }
    const preview = await previewRules(stores, catalogue.current(), documents, scope, byAddress(await listPeople(stores.postgres)), Date.now());
    return data({ ...given, preview, problem: intent === "save" ? "Say why, in at least three characters" : null }, { status: intent === "save" ? 400 : 200 });
  } catch (error) {
    const problem = refusalWords(error);
    if (problem === null) throw error;
    return data({ ...given, preview: null, problem }, { status: 400 });
  }
}

/** The rules could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The rules" />;
}

/** Severity and ownership rules, in the order they apply. */
export default function Rules({ loaderData: page, actionData }: Route.ComponentProps) {
  const { set, editable } = page;
  const asked = actionData?.set === set ? actionData : null;
  return (
    <>
      <Tabs
        label="Rules"
        items={[
          { label: "Severity", to: "/rules", count: page.severity.length, current: set === "severity" },
          { label: "Ownership", to: "/rules?set=ownership", count: page.ownership.length, current: set === "ownership" },
        ]}
      />
      <div className="listbar">
        <p className="second max-w-180">
          {set === "severity"
            ? "An exception starts as severe as it is marked, Medium where nothing marks it. Then each rule that fits raises or lowers it, in this order. Rules with a clock are applied at the minute they begin to hold."
            : "The first rule that fits decides whose an exception is. Where none fits, it belongs to the business owner of its step. Whom it is assigned to stays a person’s decision."}
        </p>
        <span className="ml-auto" />
        {editable ? (
          <ButtonLink to={`/rules/${set}/new`} icon="plus">
            Add a rule
          </ButtonLink>
        ) : null}
      </div>
      {asked ? (
        <Panel title={asked.what} sub="Nothing is saved yet">
          <Form method="post" className="grid gap-3" preventScrollReset>
            {asked.preview ? <ChangePreview preview={asked.preview} /> : <Note tone="stop" alert>{asked.problem}</Note>}
            <input type="hidden" name="set" value={asked.set} />
            <input type="hidden" name="id" value={asked.id} />
            <input type="hidden" name="change" value={asked.change} />
            {asked.preview ? <TextField label="Why" name="reason" required minLength={3} maxLength={500} hint="Kept with the version and in the audit record" problem={asked.problem} /> : null}
            <div className="flex gap-2">
              {asked.preview ? (
                <Button type="submit" variant="primary" name="intent" value="save">
                  {asked.what}
                </Button>
              ) : null}
              <ButtonLink to={`/rules?set=${set}`}>Cancel</ButtonLink>
            </div>
          </Form>
        </Panel>
      ) : null}
      <Panel flush cards>
        <RuleTable set={set} rules={page[set]} editable={editable} />
      </Panel>
      {set === "ownership" ? (
        <p className="second px-3.5">
          Everything else belongs to the business owner of its step:{" "}
          <Link className="link" to={page.otherwise.to}>
            {formatCount(page.otherwise.count)} {page.otherwise.count === 1 ? "exception" : "exceptions"} now
          </Link>
          .
        </p>
      ) : null}
    </>
  );
}
