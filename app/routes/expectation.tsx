import { data, Link, redirect } from "react-router";
import { contentHash } from "#queries/catalogue/content-hash.ts";
import { listPeople } from "#queries/postgres/people.ts";
import { can } from "../auth/principal.ts";
import { EditForm } from "../components/expectations/EditForm.tsx";
import { InTime } from "../components/expectations/Cells.tsx";
import { PreviewPanel } from "../components/expectations/PreviewPanel.tsx";
import { VersionsPanel } from "../components/expectations/VersionsPanel.tsx";
import { FactStrip, KeyValue } from "../components/KeyValue.tsx";
import { Panel } from "../components/Panel.tsx";
import { Count } from "../components/Percent.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { calendarName, describe, differences } from "../expectations/describe.ts";
import { readEdit, valuesOf } from "../expectations/edit.ts";
import { previewChange } from "../expectations/preview.ts";
import { expectationVersions, restoreExpectation, SaveError, saveExpectation } from "../expectations/versions.ts";
import { readExpectation } from "../expectations/view.ts";
import { actorOf, requirePrincipal, requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/expectation";

export const handle = pageHandle<Route.ComponentProps["loaderData"]>({ title: "Expectation", titleOf: (page) => page.line.step, parent: { label: "Expectations", to: "/expectations" }, live: "follow" });

/** Title of the page. */
export function meta({ loaderData }: Route.MetaArgs) {
  return [{ title: `${loaderData?.line.step ?? "Expectation"} · Signalbox` }];
}

/** One expectation: its rule, how it does, its versions; for administrators what the form needs. */
export async function loader({ context, params }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const scope = requireScope(context, "read");
  const now = new Date();
  const current = catalogue.current();
  const [found, people] = await Promise.all([readExpectation(stores, current, params.process, params.id, now, scope), listPeople(stores.postgres)]);
  if (!found) throw data("The catalogue has no such expectation.", { status: 404 });
  const { process, expectation, line } = found;
  const { newest, versions } = await expectationVersions(stores, current, process.id, expectation.id, new Map(people.map((person) => [person.id, person.name])));
  return {
    asOf: now.toISOString(), line, process: process.name, rule: describe(current, expectation), explanation: expectation.explanation, versions, base: newest,
    mayChange: can(requirePrincipal(context), "administer"), values: valuesOf(expectation),
    calendars: ["facility", "always", ...current.calendars.keys()].map((id) => ({ value: id, label: calendarName(current, id) })),
  };
}

/** `intent`: `preview` looks, `save` keeps what was looked at as a new version, `restore` goes back to an earlier one. */
export async function action({ context, params, request }: Route.ActionArgs) {
  const scope = requireScope(context, "administer");
  const { stores, catalogue } = context.get(servicesContext);
  const current = catalogue.current();
  const expectation = current.processes.get(params.process)?.expectations.find((item) => item.id === params.id);
  if (!expectation) throw data(null, { status: 404 });
  const here = `/expectations/${encodeURIComponent(params.process)}/${encodeURIComponent(params.id)}`;
  const form = await request.formData();
  const intent = String(form.get("intent"));
  const reason = String(form.get("reason") ?? "").trim().slice(0, 500);
  const saving = { actor: actorOf(context), process: params.process, reason, base: Number(form.get("base")) };
  const noReason = "Say why, in at least three characters. It is kept with the version.";
  try {
    if (intent === "restore") {
      if (reason.length < 3) return data({ values: null, problems: {}, problem: noReason, reason, preview: null, changes: [], seen: null }, { status: 400 });
      await restoreExpectation(stores, catalogue, saving, params.id, Number(form.get("version")));
      return redirect(here);
    }
    const { values, edited, problems } = readEdit(form, expectation, current);
    if (edited === null) return data({ values, problems, problem: null, reason, preview: null, changes: [], seen: null }, { status: 400 });
    const seen = contentHash(edited);
    const unseen = intent === "save" && form.get("seen") !== seen;
    if (intent === "save" && !unseen && reason.length >= 3) {
      await saveExpectation(stores, catalogue, saving, edited);
      return redirect(here);
    }
    const preview = await previewChange(stores, current, params.process, edited, scope, new Date());
    const problem = unseen ? "This is not what you looked at. Look at what it would change, then save it." : intent === "save" ? noReason : null;
    return data({ values, problems: {}, problem, reason, preview, changes: differences(describe(current, expectation), describe(current, edited)), seen }, { status: problem === null ? 200 : 400 });
  } catch (error) {
    if (!(error instanceof SaveError)) throw error;
    return data({ values: null, problems: {}, problem: error.message, reason, preview: null, changes: [], seen: null }, { status: error.code === "conflict" ? 409 : 400 });
  }
}

/** The expectation could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The expectation" back={{ label: "To the expectations", to: "/expectations" }} />;
}

/** One expectation: the rule, how well it is kept, what a change of it would do. */
export default function Expectation({ loaderData: page, actionData }: Route.ComponentProps) {
  const { line } = page;
  const { figures } = line;
  return (
    <>
      <div className="thing-head">
        <div>
          <p className="second">
            {page.process} · {line.object}
          </p>
          <h2 className="thing-title">
            After “{line.after}”, “{line.step}” must follow
          </h2>
        </div>
      </div>
      <FactStrip
        facts={[
          { label: "Waits now", value: <Link className="link" to={line.openTo}><Count value={figures.open} /></Link> },
          { label: "At risk", value: <Count value={figures.atRisk} /> },
          { label: "Late", value: <Link className="link" to={line.lateTo}><Count value={figures.late} /></Link> },
          { label: "In time, last 30 days", value: <InTime share={line.inTime} due={figures.due} /> },
        ]}
      />
      <div className="with-rail">
        <div className="stack">
          {actionData?.preview ? <PreviewPanel preview={actionData.preview} changes={actionData.changes} /> : null}
          {page.mayChange ? (
            <Panel title="Change it" sub="kept as a new version; what is open is judged anew at once">
              <EditForm
                key={`${page.base} ${actionData?.seen ?? ""}`}
                values={actionData?.values ?? page.values}
                problems={actionData?.problems ?? {}}
                problem={actionData?.problem ?? null}
                reason={actionData?.reason ?? ""}
                base={page.base}
                calendars={page.calendars}
                seen={actionData?.seen ?? null}
              />
            </Panel>
          ) : null}
          {page.mayChange ? null : <VersionsPanel versions={page.versions} base={page.base} mayChange={false} />}
        </div>
        <div className="stack">
          <Panel title="The rule in force">
            <KeyValue facts={Object.entries(page.rule).map(([label, value]) => ({ label, value }))} />
            <p className="second mt-2">{page.explanation}</p>
          </Panel>
          {page.mayChange ? <VersionsPanel versions={page.versions} base={page.base} mayChange /> : null}
        </div>
      </div>
    </>
  );
}
