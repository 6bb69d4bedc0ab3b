import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Feeds, RunView, TotalsDifference } from "../../feeds/feeds.ts";
import { EmptyState, NoHitState } from "../EmptyState.tsx";
import { formatCount, formatMoney } from "../format/money.ts";
import { Icon } from "../Icon.tsx";
import { Panel } from "../Panel.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";
import { Time } from "../Time.tsx";
import { NotApplicable, Unknown } from "../Unknown.tsx";
import { FEED_LOOK } from "./states.ts";

/** A run, or a window without one. */
type Row = { key: string; run: RunView | null; missed: Feeds["missed"][number] | null };

const at = (instant: string | null): ReactNode => (instant === null ? <NotApplicable /> : <Time at={instant} />);

const COLUMNS: readonly Column<Row>[] = [
  {
    id: "state", header: "State", width: "132px", card: "end",
    cell: ({ run, missed }) => {
      const look = FEED_LOOK[missed ? "missed" : (run?.state ?? "unseen")];
      return <span className={`rowx gap-1.5 ${look.tone}`}>{look.icon ? <Icon name={look.icon} size="s" /> : null}<span className="first-letter:uppercase">{look.words}</span></span>;
    },
  },
  {
    id: "run", header: "Run", card: "title",
    cell: ({ run, missed }) =>
      run ? (
        <span className="block min-w-0">
          <Link className="link tr block" to={run.to} data-tip={run.id}>{run.id}</Link>
          <span className="second tr block" data-tip={run.error ?? undefined}>{run.error === null ? run.feedName : `${run.failedStep ?? "A step"}: ${run.error === "" ? "no message" : run.error}`}</span>
        </span>
      ) : (
        <span className="block min-w-0"><span className="tr block">{missed?.name}</span><span className="second block">no run of the window of {missed ? <Time at={missed.at} /> : null} was heard of</span></span>
      ),
  },
  { id: "opened", header: "Opened", cardLabelled: true, width: "108px", card: "foot", cell: ({ run }) => at(run?.at.opened ?? null) },
  { id: "produced", header: "Produced", width: "108px", wideOnly: true, card: "hidden", cell: ({ run }) => at(run?.at.produced ?? null) },
  { id: "delivered", header: "Delivered", width: "108px", wideOnly: true, card: "hidden", cell: ({ run }) => at(run?.at.delivered ?? null) },
  { id: "loaded", header: "Loaded", cardLabelled: true, width: "108px", card: "foot", cell: ({ run }) => at(run?.at.loaded ?? null) },
  { id: "rows", header: "Rows", numeric: true, width: "116px", card: "foot-end", cell: ({ run }) => <Rows run={run} /> },
  { id: "totals", header: "Totals", numeric: true, width: "190px", wideOnly: true, card: "hidden", cell: ({ run }) => <Totals run={run} /> },
];

function Rows({ run }: { run: RunView | null }): ReactNode {
  const said = run?.totals.loaded ?? run?.totals.delivered ?? run?.totals.produced ?? null;
  if (said === null) return run === null ? <NotApplicable /> : <Unknown>not said</Unknown>;
  const difference = run?.differences.at(-1);
  return <span className="grid"><span>{said.count === null ? <Unknown>not said</Unknown> : formatCount(said.count)}</span>{difference && difference.count !== null && difference.count !== 0 ? <span className="t-caution font-medium">{signed(difference.count)}</span> : null}</span>;
}

function Totals({ run }: { run: RunView | null }): ReactNode {
  const said = run?.totals.loaded ?? run?.totals.delivered ?? run?.totals.produced ?? null;
  if (said === null || said.sum === null) return <NotApplicable />;
  const text = said.currency === null ? said.sum : `${said.currency} ${formatMoney(said.sum, said.currency) ?? said.sum}`;
  const difference = run?.differences.at(-1);
  return <span className="grid"><span className="whitespace-nowrap">{text}</span><span className="second">{difference ? <Apart difference={difference} /> : run?.totals.loaded && run.totals.produced ? "agree" : "not yet compared"}</span></span>;
}

function Apart({ difference }: { difference: TotalsDifference }): ReactNode {
  const zero = difference.sum !== null && /^-?0(\.0+)?$/.test(difference.sum);
  return <span className="t-caution">{difference.sum === null ? "sums cannot be compared" : zero ? "sums agree, rows differ" : `${difference.sum.replace("-", "−")} ${difference.between}`}</span>;
}

const signed = (count: number): string => `${count > 0 ? "+" : "−"}${formatCount(Math.abs(count))}`;

/** The runs one by one, missed windows first. */
export function RunsTable({ runs, missed, title, filtered }: { runs: readonly RunView[]; missed: Feeds["missed"]; title: string; filtered: boolean }): ReactNode {
  const rows: Row[] = [...missed.map((one) => ({ key: `missed ${one.feed} ${one.at}`, run: null, missed: one })), ...runs.map((run) => ({ key: run.to, run, missed: null }))];
  return (
    <Panel title={title} sub={`${formatCount(rows.length)}, newest first`} flush cards>
      <DataTable caption={`${title}, newest first`} columns={COLUMNS} rows={rows} rowId={(row) => row.key} rowTo={(row) => row.run?.to ?? null} total={rows.length} twoLine cards keys blank={filtered ? <NoHitState title="No run is like that">Take the filter away to see all runs.</NoHitState> : <EmptyState title="No run was heard of">As soon as a feed’s window opens, its run stands here.</EmptyState>} />
    </Panel>
  );
}
