import { data, Form, Link, redirect } from "react-router";
import { listPeople } from "#queries/postgres/people.ts";
import { safeNext } from "../auth/access.ts";
import { can, scopeFor } from "../auth/principal.ts";
import { ROLE_NAMES, isRole } from "../auth/roles.ts";
import { Button, ButtonLink } from "../components/Button.tsx";
import { Chip } from "../components/Chip.tsx";
import { Count } from "../components/worklists/Count.tsx";
import { Panel } from "../components/Panel.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { readWorklistQuery } from "#queries/model/worklist-query.ts";
import { type PlainColumn, PlainTable } from "../components/table/PlainTable.tsx";
import { actorOf, requirePrincipal, servicesContext } from "../server/context.ts";
import { chooseFirst, readViews, removeView, ViewError } from "../worklists/views.ts";
import type { Route } from "./+types/views";

export const handle = pageHandle<Route.ComponentProps["loaderData"]>({ title: "Views", parent: { label: "Exceptions", to: "/exceptions" } });

/** Title of the page. */
export function meta() {
  return [{ title: "Views · Signalbox" }];
}

/** All views that the person is offered, with their counts. */
export async function loader({ context }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  const now = new Date();
  const asked = readWorklistQuery(new URLSearchParams(), { me: principal.id, now });
  const [shown, people] = await Promise.all([readViews(stores, catalogue.current(), { id: principal.id, role: principal.role }, scopeFor(principal, "read"), asked, now), listPeople(stores.postgres)]);
  const names = new Map(people.map((person) => [person.id, person.name] as const));
  return {
    asOf: now.toISOString(),
    isAdmin: can(principal, "administer"),
    views: shown.views.map((view) => ({
      ...view,
      owner: view.ownerId === null ? "Standard" : view.ownerId === principal.id ? "You" : (names.get(view.ownerId) ?? "Somebody"),
      seenBy: view.kind === "standard" ? "Everybody" : view.audience === "private" ? "Only you" : view.audience === "everybody" ? "Everybody" : view.role && isRole(view.role) ? `${ROLE_NAMES[view.role]}s` : "One role",
    })),
  };
}

/** `choose` or `forget` the view to open with, `remove` one. */
export async function action({ context, request }: Route.ActionArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  const form = await request.formData();
  const id = String(form.get("id") ?? "");
  try {
    if (form.get("intent") === "remove") await removeView(stores, actorOf(context), id, can(principal, "administer"));
    else await chooseFirst(stores, catalogue.current(), actorOf(context), { id: principal.id, role: principal.role }, form.get("intent") === "choose" ? id : null);
  } catch (error) {
    if (!(error instanceof ViewError)) throw error;
    throw data(error.message, { status: 404 });
  }
  return redirect(form.has("back") ? safeNext(String(form.get("back"))) : "/views");
}

/** The views could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The views" back={{ label: "To the exceptions", to: "/exceptions" }} />;
}

/** Views: shipped ones, own ones, shared ones. */
export default function Views({ loaderData: { views, isAdmin } }: Route.ComponentProps) {
  return (
    <>
      <div className="listbar">
        <p className="second">A view is a filter with its columns and order. Whoever opens a shared one sees what their own scope shows.</p>
        <span className="ml-auto" />
        <ButtonLink to="/views/new" icon="plus">
          New view
        </ButtonLink>
      </div>
      <Panel flush>
        <PlainTable caption="Views" columns={columnsFor(isAdmin)} rows={views} rowId={(view) => view.id} />
      </Panel>
    </>
  );
}

type Row = Route.ComponentProps["loaderData"]["views"][number];

function columnsFor(isAdmin: boolean): readonly PlainColumn<Row>[] {
  return [
    { header: "View", cell: (view) => <Named view={view} /> },
    { header: "Open now", numeric: true, cell: (view) => <Count value={view.count} /> },
    { header: "Whose", hide: "hide-s", cell: (view) => view.owner },
    { header: "Seen by", hide: "hide-s", cell: (view) => view.seenBy },
    { header: "What can be done", headerHidden: true, cell: (view) => <Acts view={view} isAdmin={isAdmin} /> },
  ];
}

function Named({ view }: { view: Row }) {
  return (
    <>
      <Link className="link" to={view.to}>
        {view.name}
      </Link>{" "}
      {view.isDefault ? <Chip tone="accent">opens first</Chip> : null}
      {view.description ? <span className="second block">{view.description}</span> : null}
    </>
  );
}

function Acts({ view, isAdmin }: { view: Row; isAdmin: boolean }) {
  return (
    <div className="rowx flex-wrap justify-end gap-1.5">
      <Form method="post">
        <input type="hidden" name="id" value={view.id} />
        <Button type="submit" name="intent" value={view.isDefault ? "forget" : "choose"}>
          {view.isDefault ? "Do not open first" : "Open first"}
          <span className="vh"> {view.name}</span>
        </Button>
      </Form>
      <ButtonLink to={`/views/new?${new URLSearchParams({ query: view.query, name: `${view.name}, copy` })}`} icon="copy">
        Copy<span className="vh"> {view.name}</span>
      </ButtonLink>
      {view.kind === "own" || (view.kind === "shared" && isAdmin) ? (
        <>
          <ButtonLink to={`/views/${view.id}`}>
            Edit<span className="vh"> {view.name}</span>
          </ButtonLink>
          <Form method="post">
            <input type="hidden" name="id" value={view.id} />
            <Button type="submit" name="intent" value="remove">
              Delete<span className="vh"> {view.name}</span>
            </Button>
          </Form>
        </>
      ) : null}
    </div>
  );
}
