import { type ReactNode, useMemo, useState } from "react";
import { useLocation } from "react-router";
import { packIds } from "../../exceptions/selected-ids.ts";
import { withParameters } from "../../paths.ts";
import type { LoadedView } from "../../views/page.ts";
import { Age } from "../Age.tsx";
import { ButtonLink } from "../Button.tsx";
import { BulkActs } from "../exceptions/BulkActs.tsx";
import { EmptyState, NoHitState } from "../EmptyState.tsx";
import { FilterChips } from "../FilterChips.tsx";
import { formatCount } from "../format/money.ts";
import { formatMoment } from "../format/time.ts";
import { MoneyList } from "../Money.tsx";
import { Pagination } from "../Pagination.tsx";
import { Panel } from "../Panel.tsx";
import { useReader } from "../reader.tsx";
import type { Column } from "../table/column.ts";
import { Segmented } from "../Tabs.tsx";
import { FilterBar } from "./FilterBar.tsx";
import { GroupPanel } from "./GroupPanel.tsx";
import { StagesPanel } from "./StagesPanel.tsx";
import { ViewHead } from "./ViewHead.tsx";
import { type LoadedRow, ViewTable } from "./ViewTable.tsx";

interface BusinessViewPageProps<Row extends LoadedRow> {
  view: Omit<LoadedView, "rows"> & { rows: readonly Row[] };
  /** Title of the pipeline, for views that have one. */
  stagesTitle?: string;
  /** Between the figures and the list: what only this view has. */
  between?: ReactNode;
  /** In the rail beside the list, below the groups. */
  rail?: ReactNode;
  /** Below the list. */
  after?: ReactNode;
  /** Columns instead of or beside the usual ones; a function that stays the same. */
  columns?: (usual: readonly Column<LoadedRow>[]) => readonly Column<Row>[];
  /** Above everything: tabs between the sides of the view. */
  top?: ReactNode;
  /** `full`: rows run over the whole width, the groups stand below them. */
  layout?: "rail" | "full";
  /** What it means when nothing is stuck and nothing is filtered. */
  nothing: string;
}

const STATES = { stuck: "Stuck", at_risk: "At risk", on_time: "On time" } as const;
const NOBODY: ReadonlySet<string> = new Set();

/** The page of a business view: figures, pipeline, filters, rows with acts, groups. Every number leads to its rows. */
export function BusinessViewPage<Row extends LoadedRow>({ view, stagesTitle, top, between, rail, after, columns, layout = "rail", nothing }: BusinessViewPageProps<Row>): ReactNode {
  const { search } = useLocation();
  const { zone, now } = useReader();
  const [ticked, setTicked] = useState<ReadonlySet<string>>(NOBODY);
  // Another list is another selection: what is not on the page is not acted on.
  const rows = useMemo(() => view.rows.filter((row) => ticked.has(row.key)), [view.rows, ticked]);
  const selected = useMemo(() => new Set(rows.map((row) => row.key)), [rows]);
  const names = new Set(view.filters.map((group) => group.name));
  const keep = [...new URLSearchParams(search)].filter(([name]) => !names.has(name) && name !== "cursor");
  const current = view.states.find((each) => each.current);
  const actable = view.rows.some((row) => row.exception !== null);
  const listName = current ? { stuck: "stuck", at_risk: "at risk", on_time: "on time" }[current.state] : "waiting";
  return (
    <>
      {top}
      <FilterBar groups={view.filters} keep={keep}>
        {view.may.export && view.figure.count > 0 ? (
          <>
            <ButtonLink to={`${view.exportTo}format=csv`} icon="download" download>
              CSV
            </ButtonLink>
            <ButtonLink to={`${view.exportTo}format=ndjson`} icon="download" download>
              NDJSON
            </ButtonLink>
          </>
        ) : null}
      </FilterBar>
      {view.active.length > 0 ? (
        <div className="listbar">
          <FilterChips filters={view.active} clearTo={`/${view.id}`} />
        </div>
      ) : null}
      <ViewHead tiles={view.tiles} />
      {view.stages.length > 0 ? (
        <StagesPanel title={stagesTitle ?? "Milestones"} sub={stagesSub(view)} stages={view.stages} windows={(["7d", "30d", "90d"] as const).map((window) => ({ label: window.replace("d", " d"), to: withParameters(search, { window: window === "30d" ? null : window }), current: view.window === window }))} />
      ) : null}
      {between}
      <div className={layout === "rail" ? "with-rail" : "stack"}>
        <div className="stack">
          <Panel
            title={
              <>
                {current ? STATES[current.state] : "Rows"} <span className="font-normal text-ink-3">{formatCount(view.figure.count)}</span>
              </>
            }
            sub={
              <span role="status">
                {view.figure.oldest ? <>oldest <Age since={view.figure.oldest} /></> : null}
                {view.figure.money.length > 0 ? <span className="hide-m">, <MoneyList amounts={view.figure.money} /></span> : null}
                {view.figure.withoutAmount > 0 && view.figure.money.length > 0 ? <span className="hide-s">, {formatCount(view.figure.withoutAmount)} without amount</span> : null}
              </span>
            }
            end={
              <>
                <Segmented label="State of the work" items={view.states.map((each) => ({ label: STATES[each.state], count: each.count, to: each.to, current: each.current }))} />
                {current?.state === "stuck" && view.figure.count > 0 ? <ButtonLink to={view.worklistTo}>In the worklist</ButtonLink> : null}
              </>
            }
            flush
            cards
          >
            <ViewTable
              view={view}
              caption={`${view.title}: ${listName}`}
              selected={selected}
              onSelect={actable ? setTicked : null}
              {...(columns ? { columns } : {})}
              blank={
                view.active.length > 0 || view.q !== "" ? (
                  <NoHitState title="Nothing fits these filters" actions={<ButtonLink to={`/${view.id}`}>Remove all filters</ButtonLink>}>
                    Remove one of them to see more.
                  </NoHitState>
                ) : (
                  <EmptyState title={current?.state === "stuck" || !current ? "Nothing is stuck" : `Nothing is ${listName}`}>
                    {nothing} Checked {formatMoment(now, zone, now)}.
                  </EmptyState>
                )
              }
            />
            {view.rows.length > 0 ? (
              <Pagination text={`${view.first ? `1–${formatCount(view.rows.length)}` : formatCount(view.rows.length)} of ${formatCount(view.figure.count)}`} firstTo={view.first ? null : withParameters(search, {})} nextTo={view.nextCursor === null ? null : withParameters(search, { cursor: view.nextCursor })} />
            ) : null}
          </Panel>
          {after}
        </div>
        <div className={layout === "rail" ? "stack" : "grid gap-3 wide:grid-cols-3"}>
          {view.groups.counterparty.length > 0 ? <GroupPanel title={`By ${view.counterparty.toLowerCase()}`} sub={listName} bars={view.groups.counterparty} more={view.groups.more.counterparty} what={view.groups.more.counterparty === 1 ? view.counterparty.toLowerCase() : `${view.counterparty.toLowerCase()}s`} /> : null}
          <GroupPanel title="By facility" sub={listName} bars={view.groups.facility} more={view.groups.more.facility} what={view.groups.more.facility === 1 ? "facility" : "facilities"} />
          {rail}
        </div>
      </div>
      <BulkActs lines={rows.length} ids={packIds(rows.flatMap((row) => row.exception?.id ?? []))} count={rows.length} seenAt={now} all={null} current={null} may={view.may} choices={view.choices} onClear={() => setTicked(NOBODY)} />
    </>
  );
}

function stagesSub(view: Pick<LoadedView, "tiles" | "noun" | "stuckAtStages" | "elsewhere">): string {
  const head = view.tiles[0]?.count ?? 0;
  const further = view.stuckAtStages + view.elsewhere - head;
  if (head === 0 && further <= 0) return "nothing is stuck";
  return `${formatCount(head)} ${head === 1 ? view.noun.one : view.noun.many} stuck${further > 0 ? `, ${formatCount(further)} more at other steps` : ""}`;
}
