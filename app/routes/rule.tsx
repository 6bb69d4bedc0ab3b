import { data, Form, Link, redirect } from "react-router";
import { contentHash } from "#queries/catalogue/content-hash.ts";
import { listPeople } from "#queries/postgres/people.ts";
import { can } from "../auth/principal.ts";
import { Button, ButtonLink } from "../components/Button.tsx";
import { Chip } from "../components/Chip.tsx";
import { TextField } from "../components/fields/Field.tsx";
import { Note } from "../components/Note.tsx";
import { Panel } from "../components/Panel.tsx";
import { ChangePreview } from "../components/rules/ChangePreview.tsx";
import { RuleForm } from "../components/rules/RuleForm.tsx";
import { RuleVersions } from "../components/rules/RuleVersions.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { freshId, KINDS, newestVersion, placed, refusalWords, rulesOf, saveRules } from "../ownership/edit.ts";
import { previewRules, type RulePreview } from "../ownership/preview.ts";
import { documentOf, fieldsOf, fieldsOfRule, RuleFormError, type Fields, type RuleSet } from "../ownership/rule-form.ts";
import { byAddress, exceptionsOf, readVersions, ruleChoices } from "../ownership/rules-page.ts";
import { becauseWords, effectWords, targetWords, whenSentence } from "../ownership/sentences.ts";
import { actorOf, requirePrincipal, requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/rule";

export const handle = pageHandle<Route.ComponentProps["loaderData"]>({ title: "Rule", titleOf: (page) => page.title, parent: { label: "Rules", to: "/rules" } });

/** Title of the page. */
export function meta({ loaderData }: Route.MetaArgs) {
  return [{ title: `${loaderData?.title ?? "Rule"} · Signalbox` }];
}

const NEW = "new";

function setOf(text: string): RuleSet {
  if (text !== "severity" && text !== "ownership") throw data(null, { status: 404 });
  return text;
}

/** One rule with its versions; for administrators its form. */
export async function loader({ context, params }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const set = setOf(params.set);
  const current = catalogue.current();
  const rule = rulesOf(set, current).find((each) => each.id === params.id);
  const editable = can(requirePrincipal(context), "administer");
  if (!rule && (params.id !== NEW || !editable)) throw data(null, { status: 404 });
  const people = await listPeople(stores.postgres);
  const versions = rule ? await readVersions(stores, current, set, rule.id, people) : [];
  const fresh: Fields = { active: ["on"], place: [set === "ownership" ? (rulesOf(set, current)[0]?.id ?? "") : ""] };
  return {
    asOf: new Date().toISOString(), set, id: params.id, decides: exceptionsOf(set, params.id), title: rule?.name ?? (set === "severity" ? "New severity rule" : "New ownership rule"), editable,
    said: rule ? { when: whenSentence(rule.when, current), result: "to" in rule ? targetWords(rule.to, current, byAddress(people)) : effectWords(rule.effect), because: "because" in rule ? becauseWords(rule) : null, active: rule.active } : null,
    fields: rule ? fieldsOfRule(rule) : fresh, version: versions[0]?.version ?? 0, versions, choices: editable ? ruleChoices(set, params.id, current, people) : null,
  };
}

interface Answer {
  fields: Fields;
  preview: RulePreview | null;
  /** what the preview is of: saving anything else is previewed again */
  seen: string;
  problem: { field: string | null; text: string } | null;
}

/** `intent=preview` says what would change, `intent=save` saves it with a reason. */
export async function action({ context, params, request }: Route.ActionArgs) {
  const scope = requireScope(context, "administer");
  const { stores, catalogue } = context.get(servicesContext);
  const set = setOf(params.set);
  const current = catalogue.current();
  const fields = fieldsOf(await request.formData());
  const one = (name: string) => fields[name]?.[0]?.trim() ?? "";
  const answer = (more: Partial<Answer>, status = 200) => data<Answer>({ fields, seen: "", preview: null, problem: null, ...more }, { status });
  try {
    const kept = rulesOf(set, current).find((each) => each.id === params.id);
    if (!kept && params.id !== NEW) throw data(null, { status: 404 });
    const id = kept?.id ?? freshId(set, one("name"), current);
    const document = documentOf(set, fields, { id, position: kept?.position ?? 0 });
    const changes = kept ? [{ kind: KINDS[set], document }] : placed(set, current, { ...document, id }, one("place") || null);
    const seen = contentHash(changes);
    const preview = await previewRules(stores, current, changes, scope, byAddress(await listPeople(stores.postgres)), Date.now());
    if (one("intent") !== "save") return answer({ preview, seen });
    if (one("seen") !== seen) return answer({ preview, seen, problem: { field: null, text: "The rule is not the one you saw the preview of. This is what it would do as it stands now." } }, 409);
    if (one("reason").length < 3) return answer({ preview, seen, problem: { field: "reason", text: "Say why, in at least three characters" } }, 400);
    if (kept && Number(one("version")) !== (await newestVersion(stores, set, id))) return answer({ preview, seen, problem: { field: null, text: "Somebody else changed this rule since you opened it. Open it again to see how it stands." } }, 409);
    await saveRules(stores, catalogue, actorOf(context), changes, one("reason"));
  } catch (error) {
    if (error instanceof RuleFormError) return answer({ problem: { field: error.field, text: error.message } }, 400);
    const refusal = refusalWords(error);
    if (refusal === null) throw error;
    return answer({ problem: { field: null, text: refusal } }, 400);
  }
  return redirect(`/rules?set=${set}`);
}

/** The rule could not be shown. */
export function ErrorBoundary() {
  return <PageError what="This rule" back={{ label: "To the rules", to: "/rules" }} />;
}

/** One rule: what it says, its form and what a change would do, its versions. */
export default function RulePage({ loaderData: page, actionData }: Route.ComponentProps) {
  const problem = actionData?.problem ?? null;
  const back = `/rules?set=${page.set}`;
  return (
    <div className="with-rail">
      <div className="stack">
        {page.said ? (
          <Panel title={page.title} end={page.said.active ? null : <Chip tone="outline">Switched off</Chip>}>
            <p className="lead">
              {page.said.when}: {page.set === "severity" ? "then it is " : "then it belongs to "}
              <b>{page.set === "severity" ? `${page.said.result[0]?.toLowerCase()}${page.said.result.slice(1)}` : page.said.result}</b>
              {page.said.because ? `, because ${page.said.because}` : ""}.
            </p>
          </Panel>
        ) : null}
        {page.choices ? (
          <Panel title={page.said ? "Change it" : page.title} sub="A preview comes before anything is saved">
            <Form method="post" className="grid gap-4" preventScrollReset>
              <input type="hidden" name="version" value={page.version} />
              <input type="hidden" name="seen" value={actionData?.seen ?? ""} />
              <RuleForm set={page.set} fields={actionData?.fields ?? page.fields} choices={page.choices} problem={problem} />
              {problem && problem.field === null ? (
                <Note tone="stop" alert>
                  {problem.text}
                </Note>
              ) : null}
              {actionData?.preview ? <ChangePreview preview={actionData.preview} /> : null}
              {actionData?.preview ? <TextField label="Why" name="reason" maxLength={500} defaultValue={actionData.fields["reason"]?.[0] ?? ""} hint="Kept with the version and in the audit record" problem={problem?.field === "reason" ? problem.text : null} /> : null}
              <div className="flex flex-wrap gap-2">
                <Button type="submit" name="intent" value="preview" icon="eye" variant={actionData?.preview ? "default" : "primary"}>
                  {actionData?.preview ? "Preview again" : "Preview"}
                </Button>
                {actionData?.preview ? (
                  <Button type="submit" name="intent" value="save" variant="primary">
                    Save the rule
                  </Button>
                ) : null}
                <ButtonLink to={back}>Cancel</ButtonLink>
              </div>
            </Form>
          </Panel>
        ) : null}
      </div>
      <div className="stack">
        {page.versions.length > 0 ? (
          <Panel title="Versions">
            <RuleVersions versions={page.versions} />
          </Panel>
        ) : null}
        <div className="grid gap-1 px-3.5">
          {page.said ? (
            <Link className="link" to={page.decides}>
              The exceptions it decides now
            </Link>
          ) : null}
          <Link className="link" to={back}>
            All rules in order
          </Link>
        </div>
      </div>
    </div>
  );
}
