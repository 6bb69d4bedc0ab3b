import { Form, Link, redirect } from "react-router";
import { Button } from "../components/Button.tsx";
import { EmptyState, NoHitState } from "../components/EmptyState.tsx";
import { Icon, type IconName } from "../components/Icon.tsx";
import { Panel } from "../components/Panel.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { Time } from "../components/Time.tsx";
import { onlyExact, search, type SearchHit } from "../search/search.ts";
import { requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/search";

export const handle = pageHandle({ title: "Search" });

/** Title of the page. */
export function meta() {
  return [{ title: "Search · Signalbox" }];
}

/** The longest identifier there is. */
const LONGEST = 1024;

/** Hits by group; a single exact one is gone to at once. */
export async function loader({ context, request }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const scope = requireScope(context, "read");
  const words = (new URL(request.url).searchParams.get("q") ?? "").trim().slice(0, LONGEST);
  const hits = await search(stores, catalogue.current().integrations.values(), words, scope);
  const only = onlyExact(hits);
  if (only) throw redirect(only.href);
  return { asOf: new Date().toISOString(), words, hits };
}

/** The search could not be done. */
export function ErrorBoundary() {
  return <PageError what="The search" />;
}

const GROUPS: readonly { kind: SearchHit["kind"]; label: string; icon: IconName }[] = [
  { kind: "object", label: "Business objects", icon: "doc" },
  { kind: "exception", label: "Exceptions", icon: "list" },
  { kind: "trace", label: "Traces", icon: "layers" },
  { kind: "event", label: "Events", icon: "pulse" },
  { kind: "replay", label: "Replays", icon: "replay" },
  { kind: "integration", label: "Integrations", icon: "plug" },
  { kind: "counterparty", label: "Suppliers, customers and payers", icon: "user" },
];

/** Anything by any identifier. */
export default function Search({ loaderData: found }: Route.ComponentProps) {
  const groups = GROUPS.map((group) => ({ ...group, hits: found.hits.filter((hit) => hit.kind === group.kind) })).filter((group) => group.hits.length > 0);
  return (
    <>
      <div className="mobile-only">
        <Form method="get" className="listbar w-full" role="search" aria-label="Search by any identifier">
          <input className="input min-w-0 flex-1" key={found.words} type="search" name="q" defaultValue={found.words} aria-label="Any identifier" maxLength={LONGEST} />
          <Button type="submit">Search</Button>
        </Form>
      </div>
      {found.words === "" ? (
        <div className="panel">
          <NoHitState title="Type any identifier">A purchase order, an invoice, a payout, a bank reference, a correlation id, an event id, the number of an exception or a replay, an integration, a supplier.</NoHitState>
        </div>
      ) : groups.length === 0 ? (
        <div className="panel">
          <EmptyState title={`Nothing in your scope goes by “${found.words.slice(0, 80)}”`}>Objects are found by the start of their id; events, traces and exceptions by the whole id. Check for a missing prefix, such as PO- or INV-.</EmptyState>
        </div>
      ) : (
        <>
          <p className="text-ink-3" role="status">
            {found.hits.length} {found.hits.length === 1 ? "hit" : "hits"} for “<span className="text-ink">{found.words.slice(0, 80)}</span>”, exact ones first
          </p>
          {groups.map((group) => (
            <Panel key={group.kind} title={group.label} sub={group.hits.length === 20 ? "the first 20" : group.hits.length}>
              <ul className="changes">
                {group.hits.map((hit) => (
                  <li key={hit.href}>
                    <Icon name={group.icon} />
                    <span className="min-w-0">
                      <Link className="link" to={hit.href}>
                        {hit.title}
                      </Link>{" "}
                      {hit.exact ? <span className="chip">exact</span> : null}
                    </span>
                    <span className="second whitespace-nowrap">{hit.at ? <Time at={hit.at} /> : null}</span>
                    {hit.detail ? <span className="s second">{hit.detail}</span> : null}
                  </li>
                ))}
              </ul>
            </Panel>
          ))}
        </>
      )}
    </>
  );
}
