import { Form, Link } from "react-router";
import { findException } from "#queries/postgres/exceptions.ts";
import { listWatches } from "#queries/postgres/watches.ts";
import { scopeFor } from "../auth/principal.ts";
import { Button, ButtonLink } from "../components/Button.tsx";
import { EmptyState } from "../components/EmptyState.tsx";
import { Panel } from "../components/Panel.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { type PlainColumn, PlainTable } from "../components/table/PlainTable.tsx";
import { Time } from "../components/Time.tsx";
import { objectPath } from "../paths.ts";
import { requirePrincipal, servicesContext } from "../server/context.ts";
import { watchedLines } from "../worklists/watch-list.ts";
import type { Route } from "./+types/queue.watching";

export const handle = pageHandle({ title: "What I watch", parent: { label: "My queue", to: "/queue" } });

/** Title of the page. */
export function meta() {
  return [{ title: "What I watch · Signalbox" }];
}

/** Everything the person watches, as far as they may still see it. */
export async function loader({ context }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  const scope = scopeFor(principal, "read");
  const watches = await listWatches(stores.postgres, principal.id);
  return { lines: await watchedLines(stores, catalogue.current(), { id: principal.id, role: principal.role }, watches, (id) => findException(stores.postgres, id, scope), objectPath) };
}

/** The list could not be shown. */
export function ErrorBoundary() {
  return <PageError what="What you watch" back={{ label: "To my queue", to: "/queue" }} />;
}

const KINDS = { view: "View", object: "Object", exception: "Exception" } as const;

const COLUMNS: readonly PlainColumn<Route.ComponentProps["loaderData"]["lines"][number]>[] = [
  {
    header: "What",
    cell: (line) =>
      line.to ? (
        <Link className="link" to={line.to}>
          {line.name}
        </Link>
      ) : (
        <span className="second">{line.name}</span>
      ),
  },
  { header: "Kind", cell: (line) => KINDS[line.kind] },
  { header: "Since", cell: (line) => <Time at={line.since} /> },
  {
    header: "End it",
    headerHidden: true,
    numeric: true,
    cell: (line) => (
      <Form method="post" action="/queue/watch">
        <input type="hidden" name="kind" value={line.kind} />
        <input type="hidden" name="subject" value={line.subject} />
        <input type="hidden" name="watching" value="no" />
        <input type="hidden" name="back" value="/queue/watching" />
        <Button type="submit">
          Stop watching<span className="vh"> {line.name}</span>
        </Button>
      </Form>
    ),
  },
];

/** The person's own watch list. */
export default function Watching({ loaderData: { lines } }: Route.ComponentProps) {
  return (
    <Panel flush>
      {lines.length === 0 ? (
        <EmptyState title="You watch nothing" actions={<ButtonLink to="/exceptions">To the exceptions</ButtonLink>}>
          Watch an exception, the object it is about, or a view: what others do to it then stands in your queue.
        </EmptyState>
      ) : (
        <PlainTable caption="What I watch" columns={COLUMNS} rows={lines} rowId={(line) => `${line.kind} ${line.subject}`} />
      )}
    </Panel>
  );
}
