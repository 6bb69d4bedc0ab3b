import { data, Link, useLocation } from "react-router";
import { z } from "zod";
import { FilterError, parseFilter } from "#queries/model/filter.ts";
import { readBacklogsAhead } from "../assistance/backlog-ahead.ts";
import { readStatements } from "../assistance/statements.ts";
import { instantOf } from "../assistance/words.ts";
import { BacklogsAhead } from "../components/assistance/BacklogAhead.tsx";
import { MethodPanel } from "../components/assistance/MethodPanel.tsx";
import { StatementList } from "../components/assistance/StatementList.tsx";
import { EmptyState } from "../components/EmptyState.tsx";
import { Note } from "../components/Note.tsx";
import { Panel } from "../components/Panel.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { Segmented } from "../components/Tabs.tsx";
import { Time } from "../components/Time.tsx";
import { facilityName, processName } from "../exceptions/labels.ts";
import { withParameters } from "../paths.ts";
import { requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/assistance";

export const handle = pageHandle({ title: "What stands out", live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "What stands out · Signalbox" }];
}

const SHOWS = ["all", "unlike", "recurs", "backlog"] as const;
const GROUPS = ["facility", "process"] as const;
const asked = z.strictObject({ show: z.enum(SHOWS).default("all"), by: z.enum(GROUPS).default("facility"), integration: z.string().max(200).optional(), /** whose rows are shown at once */ statement: z.string().max(400).optional() });

/** Every current statement of the scope, with what it was computed from. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const scope = requireScope(context, "read");
  const now = new Date();
  try {
    const { show, by, integration, statement } = parseFilter(asked, url.searchParams);
    const current = catalogue.current();
    const [{ watch, statements }, parts] = await Promise.all([readStatements(stores.clickhouse, current, now, scope), show === "backlog" ? readBacklogsAhead(stores.clickhouse, current, by, now, scope) : []]);
    const nameOf = (id: string) => (by === "facility" ? facilityName(current, id) : (processName(current, id) ?? id));
    const own = statements.filter((one) => integration === undefined || one.integration === integration);
    return {
      asOf: now.toISOString(), show, by, parts: parts.map((part) => ({ ...part, name: nameOf(part.id) })), open: statement ?? null, integration: integration ?? null, upTo: instantOf(watch.to), deafSince: watch.deafSince === null ? null : instantOf(watch.deafSince), judged: watch.judged,
      unlike: own.filter((one) => one.kind !== "recurs"), recurs: own.filter((one) => one.kind === "recurs"),
    };
  } catch (error) {
    if (error instanceof FilterError) throw data(error.message, { status: 400 });
    throw error;
  }
}

/** The statements could not be shown. */
export function ErrorBoundary() {
  return <PageError what="What stands out" />;
}

/** What is unlike other weeks and what comes again at the same time; each with how sure it is and its rows. */
export default function Assistance({ loaderData: found }: Route.ComponentProps) {
  const { search } = useLocation();
  const counts = { all: found.unlike.length + found.recurs.length, unlike: found.unlike.length, recurs: found.recurs.length };
  const LABELS = { all: "All", unlike: "Unlike other weeks", recurs: "Comes again", backlog: "Backlog ahead" };
  const to = (changes: Record<string, string | null>) => withParameters(search, { statement: null, ...changes });
  return (
    <>
      <div className="listbar">
        <Segmented label="Show" items={SHOWS.map((show) => ({ label: LABELS[show], ...(show === "backlog" ? {} : { count: counts[show] }), to: to({ show: show === "all" ? null : show }), current: found.show === show }))} />
        <span className="second" role="status">
          whole hours up to <Time at={found.upTo} tabStop />
          {found.integration === null ? null : <>, only one integration, <Link className="link" to={to({ integration: null })}>all again</Link></>}
        </span>
      </div>
      {found.deafSince === null ? null : (
        <Note tone="unknown">
          <b className="font-medium">Nothing at all has been heard since <Time at={found.deafSince} />.</b> That is no data, not silence of each integration: look at what sends to Signalbox first.
        </Note>
      )}
      {found.show === "backlog" ? (
        <BacklogsAhead parts={found.parts} end={<Segmented label="Group by" items={GROUPS.map((by) => ({ label: by === "facility" ? "Facility" : "Process", to: to({ by: by === "facility" ? null : by }), current: found.by === by }))} />} />
      ) : (
        <div className="with-rail">
          <div className="stack">
            {found.show === "recurs" ? null : (
              <Panel title="Unlike other weeks" sub="against the same hours of the weeks before" lined flush>
                {found.unlike.length === 0 ? <NothingUnlike judged={found.judged.volume.judged + found.judged.latency.judged > 0} /> : <StatementList statements={found.unlike} open={found.open} />}
              </Panel>
            )}
            {found.show === "unlike" ? null : (
              <Panel title="Comes again at the same time" sub="failures of the last 13 weeks" lined flush>
                {found.recurs.length === 0 ? <EmptyState title="No failure keeps to a time of day or week">Looked for every day, every working day and every week, by group and by error code of each integration.</EmptyState> : <StatementList statements={found.recurs} open={found.open} />}
              </Panel>
            )}
          </div>
          <div className="stack">
            <MethodPanel judged={found.judged} />
          </div>
        </div>
      )}
    </>
  );
}

function NothingUnlike({ judged }: { judged: boolean }) {
  if (!judged) return <p className="second px-3.5 py-3">Nothing can be judged yet: it takes six comparable weeks of enough moves. What is missing stands beside this.</p>;
  return <EmptyState title="Every integration that can be judged moves and answers as usual">Compared with the same hours of up to twelve weeks. What could not be judged stands beside this.</EmptyState>;
}
