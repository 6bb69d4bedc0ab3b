import { data, Form, redirect } from "react-router";
import { FilterError } from "#queries/model/filter.ts";
import { readWorklistQuery } from "#queries/model/worklist-query.ts";
import { findView } from "#queries/postgres/views.ts";
import { can, scopeFor } from "../auth/principal.ts";
import { ROLE_NAMES, ROLES } from "../auth/roles.ts";
import { Button, ButtonLink } from "../components/Button.tsx";
import { RadioGroup } from "../components/fields/Checkbox.tsx";
import { Select, TextField } from "../components/fields/Field.tsx";
import { formatCount } from "../components/format/money.ts";
import { KeyValue } from "../components/KeyValue.tsx";
import { Note } from "../components/Note.tsx";
import { Panel } from "../components/Panel.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { describeQuery } from "../exceptions/worklist.ts";
import { actorOf, requirePrincipal, servicesContext } from "../server/context.ts";
import { changeView, countViews, saveView, viewAddress, viewContent, ViewError } from "../worklists/views.ts";
import type { Route } from "./+types/view";

export const handle = pageHandle<Route.ComponentProps["loaderData"]>({ title: "View", titleOf: (page) => (page.id === null ? "New view" : page.name), parent: { label: "Views", to: "/views" } });

/** Title of the page. */
export function meta({ loaderData }: Route.MetaArgs) {
  return [{ title: `${loaderData?.id ? loaderData.name : "New view"} · Signalbox` }];
}

/** A view to edit, or `new`. `?query=` the list's address that it shall stand for, `?name=` a first name. */
export async function loader({ context, params, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  const isNew = params.id === "new";
  const found = isNew ? null : await findView(stores.postgres, params.id, { id: principal.id, role: principal.role });
  if (!isNew && (!found || !(found.ownerId === principal.id || can(principal, "administer")))) throw data(null, { status: 404 });
  const query = url.searchParams.get("query") ?? found?.query ?? "";
  const now = new Date();
  try {
    const asked = readWorklistQuery(new URLSearchParams(query), { me: principal.id, now });
    return {
      asOf: now.toISOString(),
      id: found?.id ?? null,
      version: found?.version ?? 0,
      name: found?.name ?? url.searchParams.get("name") ?? "",
      audience: found?.audience ?? "private",
      role: found?.role ?? principal.role ?? "",
      query: asked.given.toString(),
      shows: describeQuery(asked, catalogue.current()),
      count: (await countViews(stores, [{ query }], [], { me: principal.id, now }, scopeFor(principal, "read")))[0] ?? null,
      mayShare: can(principal, "assign"),
      roles: ROLES.map((role) => ({ value: role as string, label: ROLE_NAMES[role] })),
    };
  } catch (error) {
    if (error instanceof FilterError) throw data(error.message, { status: 400 });
    throw error;
  }
}

/** Saves it and opens the list with it. */
export async function action({ context, params, request }: Route.ActionArgs) {
  const { stores } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  const form = await request.formData();
  const text = (name: string) => String(form.get(name) ?? "");
  const audience = can(principal, "assign") ? text("audience") || "private" : "private";
  const read = viewContent.safeParse({ name: text("name"), query: text("query"), audience, role: audience === "role" ? text("role") : null });
  if (!read.success) return data({ problem: "Give it a name of up to 80 letters." }, { status: 400 });
  try {
    const version = Number(text("version"));
    const view = params.id === "new" ? await saveView(stores, actorOf(context), read.data) : await changeView(stores, actorOf(context), params.id, read.data, can(principal, "administer"), Number.isInteger(version) && version > 0 ? version : null);
    return redirect(viewAddress(view, null));
  } catch (error) {
    if (!(error instanceof ViewError)) throw error;
    return data({ problem: error.message }, { status: error.code === "not_found" ? 404 : 409 });
  }
}

/** The view could not be shown. */
export function ErrorBoundary() {
  return <PageError what="This view" back={{ label: "To the views", to: "/views" }} />;
}

/** Naming and sharing a view. */
export default function View({ loaderData: page, actionData }: Route.ComponentProps) {
  return (
    <Panel title={page.id === null ? "Save a view" : "Edit the view"} sub={page.count === null ? null : `${formatCount(page.count)} for you now`} lined>
      <Form method="post" className="grid max-w-xl gap-3">
        <input type="hidden" name="query" value={page.query} />
        <input type="hidden" name="version" value={page.version} />
        <KeyValue facts={[{ label: "It shows", value: page.shows.length > 0 ? page.shows.join(" · ") : "Everything that is not resolved" }]} />
        <TextField label="Name" name="name" required maxLength={80} defaultValue={page.name} autoComplete="off" />
        {page.mayShare ? (
          <>
            <RadioGroup
              legend="Who sees it"
              name="audience"
              defaultValue={page.audience}
              options={[
                { value: "private", label: "Only me" },
                { value: "role", label: "Everybody with one role" },
                { value: "everybody", label: "Everybody", hint: "Each reader sees what their own facilities show, never more." },
              ]}
            />
            <Select label="The role" name="role" options={page.roles} defaultValue={page.role} hint="Counts only where it is shared with one role." />
          </>
        ) : null}
        {actionData?.problem ? (
          <Note tone="stop" alert>
            {actionData.problem}
          </Note>
        ) : null}
        <div className="rowx gap-2">
          <Button type="submit" variant="primary" size="l">
            Save the view
          </Button>
          <ButtonLink size="l" to={page.query === "" ? "/exceptions" : `/exceptions?${page.query}`}>
            Cancel
          </ButtonLink>
        </div>
      </Form>
    </Panel>
  );
}
