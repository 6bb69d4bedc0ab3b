import { data, Form, Link } from "react-router";
import { countExceptions } from "#queries/clickhouse/exceptions/figures.ts";
import { exceptionFilter } from "#queries/model/filter.ts";
import { listPeople } from "#queries/postgres/people.ts";
import { scopeFor } from "../auth/principal.ts";
import { Button, ButtonLink } from "../components/Button.tsx";
import { EmptyState } from "../components/EmptyState.tsx";
import { ActFields, actTitle, actVerb } from "../components/exceptions/ActFields.tsx";
import { BulkOutcome } from "../components/exceptions/BulkOutcome.tsx";
import { formatCount, type MoneyValue } from "../components/format/money.ts";
import { MoneyList } from "../components/Money.tsx";
import { Note } from "../components/Note.tsx";
import { Panel } from "../components/Panel.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { actChoices } from "../exceptions/act-choices.ts";
import { readActForm } from "../exceptions/act-form.ts";
import { actOnExceptions, undoAct } from "../exceptions/acts.ts";
import { bulkAnswer, readSelection, type ActResult } from "../exceptions/bulk.ts";
import { ALLOWED, type ActName } from "../exceptions/lifecycle.ts";
import { packIds } from "../exceptions/selected-ids.ts";
import { actorOf, requirePrincipal, requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/exceptions.bulk";

export const handle = pageHandle({ title: "Act on a selection", parent: { label: "Exceptions", to: "/exceptions" } });

/** Title of the page. */
export function meta() {
  return [{ title: "Act on a selection · Signalbox" }];
}

/** What the forms choose from. */
export async function loader({ context }: Route.LoaderArgs) {
  return { choices: actChoices(requirePrincipal(context).id, await listPeople(context.get(servicesContext).stores.postgres)) };
}

interface Chosen {
  act: ActName;
  ids: string;
  seenAt: string;
  count: number;
  money: MoneyValue[];
}
type Answer = ActResult & { chosen?: Chosen };

/** `intent=choose` shows what is selected, `intent=undo` takes the last act back, anything else acts on a frozen selection. */
export async function action({ context, request }: Route.ActionArgs): Promise<Answer | ReturnType<typeof data<Answer>>> {
  const form = await request.formData();
  const { stores } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  if (form.get("intent") === "undo") {
    const undone = await undoAct(stores, { actor: actorOf(context), scope: requireScope(context, "assign") }, String(form.get("undo") ?? ""));
    if (undone === null) return data({ problem: "It can no longer be taken back." }, { status: 409 });
    return { text: `Taken back: ${counted(undone.done)}${undone.left > 0 ? `. ${undone.left} changed since and stay as they are` : ""}` };
  }
  const selection = await readSelection(stores, form, scopeFor(principal, "read"));
  if ("problem" in selection) return data({ problem: selection.problem }, { status: 400 });
  if (form.get("intent") === "choose") {
    const act = Object.keys(ALLOWED).find((name): name is ActName => name === form.get("act"));
    if (!act) return data({ problem: "Choose what to do with them." }, { status: 400 });
    const figure = await countExceptions(stores.clickhouse, exceptionFilter.parse({ status: [], environment: [] }), scopeFor(principal, "read"), selection.ids);
    return { chosen: { act, ids: packIds(selection.ids), seenAt: selection.seenAt?.toISOString() ?? "", count: figure.count, money: figure.money } };
  }
  const read = readActForm(form, new Date(), principal.timeZone);
  if ("problem" in read) return data({ problem: read.problem }, { status: 400 });
  const result = await actOnExceptions(stores, { actor: actorOf(context), scope: requireScope(context, read.needs) }, selection.ids, read.act, selection.seenAt);
  return bulkAnswer(read.act.act, result, new Map((await listPeople(stores.postgres)).map((person) => [person.id, person.name])));
}

const counted = (count: number): string => (count === 1 ? "1 exception" : `${formatCount(count)} exceptions`);

/** The act could not be done. */
export function ErrorBoundary() {
  return <PageError what="The selection" back={{ label: "To the exceptions", to: "/exceptions" }} />;
}

/** The way to act on many without JavaScript: what is selected, the act's fields, then what came of each. */
export default function ActOnSelection({ loaderData: { choices }, actionData: answer }: Route.ComponentProps) {
  const chosen = answer?.chosen;
  if (!answer) {
    return (
      <Panel>
        <EmptyState title="Nothing is selected" actions={<ButtonLink to="/exceptions">To the exceptions</ButtonLink>}>
          Tick lines in the list, then choose what to do with them.
        </EmptyState>
      </Panel>
    );
  }
  if (chosen) {
    return (
      <Panel title={actTitle(chosen.act, counted(chosen.count))} sub={chosen.money.length > 0 ? <MoneyList amounts={chosen.money} /> : "no amount known"} lined>
        <Form method="post" className="grid max-w-xl gap-3">
          <input type="hidden" name="act" value={chosen.act} />
          <input type="hidden" name="ids" value={chosen.ids} />
          <input type="hidden" name="seenAt" value={chosen.seenAt} />
          <ActFields act={chosen.act} choices={choices} />
          <div className="rowx gap-2">
            <Button size="l" variant="primary" type="submit">
              {actVerb(chosen.act, chosen.count)}
            </Button>
            <ButtonLink size="l" to="/exceptions">
              Cancel
            </ButtonLink>
          </div>
        </Form>
      </Panel>
    );
  }
  return (
    <Panel title={answer.problem ? "It was not done" : "What came of it"} lined>
      {answer.problem ? (
        <Note tone="stop" alert>
          {answer.problem}
        </Note>
      ) : (
        <BulkOutcome result={answer} />
      )}
      <div className="rowx mt-3 gap-3">
        {answer.undo ? (
          <Form method="post">
            <input type="hidden" name="intent" value="undo" />
            <input type="hidden" name="undo" value={answer.undo} />
            <Button type="submit">Undo</Button>
          </Form>
        ) : null}
        <Link className="link" to="/exceptions">
          To the exceptions
        </Link>
      </div>
    </Panel>
  );
}
