import type { ReactNode } from "react";
import { Link } from "react-router";
import type { ViewStage } from "../../views/view.ts";
import { Age, Duration } from "../Age.tsx";
import { cx } from "../cx.ts";
import { formatCount } from "../format/money.ts";
import { Icon } from "../Icon.tsx";
import { MoneyList } from "../Money.tsx";
import { Panel } from "../Panel.tsx";
import { Count, Percent } from "../Percent.tsx";
import { AsTable } from "../table/AsTable.tsx";
import type { PlainColumn } from "../table/PlainTable.tsx";
import { Segmented, type TabItem } from "../Tabs.tsx";
import { NotApplicable } from "../Unknown.tsx";

const BAR_PX = 84;
/** A stage is never narrower: then the panel scrolls. */
const STAGE_PX = 84;
/** Caps are seen at any share: a few stuck ones of thousands still draw a line. */
const CAP_PX = 3;

/** The pipeline by milestone: how many reached it in the window, how many wait for it and are not yet due, how many are stuck before it. */
export function StagesPanel({ title, sub, stages, windows }: { title: string; sub: ReactNode; stages: readonly ViewStage[]; windows: readonly TabItem[] }): ReactNode {
  const largest = Math.max(1, ...stages.map((stage) => (stage.reached ?? 0) + stage.stuck + stage.atRisk + stage.onTime));
  const worst = stages.toSorted((a, b) => b.stuck - a.stuck)[0];
  const finding = worst && worst.stuck > 0 ? `Most are stuck before “${worst.name}”: ${formatCount(worst.stuck)}` : "Nothing is stuck";
  return (
    <Panel
      title={title}
      sub={sub}
      end={
        <>
          <span className="legend-keys hide-m" aria-hidden="true">
            <span><span className="sw f-h3" />reached</span>
            <span><span className="sw sw-due" />not yet due</span>
            <span><span className="sw f-stop" />stuck</span>
          </span>
          <Segmented label="Reached in the last" items={windows} />
        </>
      }
      flush
    >
      <div className="tw" tabIndex={0} role="group" aria-label={`${title}. ${finding}`}>
        <table className="stages" aria-label={title} style={{ minWidth: 96 + stages.length * STAGE_PX }}>
          <thead>
            <tr>
              <td />
              {stages.map((stage) => (
                <th key={stage.milestone} scope="col" className={cx(stage.current && "on")}>
                  {stage.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr className="bars" aria-hidden="true">
              <td />
              {stages.map((stage) => (
                <td key={stage.milestone} className={cx(stage.current && "on")}>
                  <StageBar stage={stage} largest={largest} />
                </td>
              ))}
            </tr>
            <Row label="Reached" stages={stages} strong cell={(stage) => (stage.reached === null ? <NotApplicable /> : <span data-tip={`${formatCount(stage.reached)} × ${stage.object}`}><Count value={stage.reached} /></span>)} />
            <Row label="Stuck before" stages={stages} line cell={(stage) => (stage.stuck === 0 ? <Count value={0} /> : <Link to={stage.toStuck} className="stk" aria-label={`${formatCount(stage.stuck)} stuck before ${stage.name}`} preventScrollReset><Icon name="stop" size="s" />{formatCount(stage.stuck)}</Link>)} />
            <Row label="Not yet due" stages={stages} cell={(stage) => (stage.atRisk + stage.onTime === 0 ? <Count value={0} /> : <Link to={stage.toWaiting} className="hover:underline" aria-label={`${formatCount(stage.atRisk + stage.onTime)} not yet due before ${stage.name}`} preventScrollReset>{formatCount(stage.atRisk + stage.onTime)}</Link>)} />
            <Row label="Median wait" stages={stages} quiet cell={(stage) => (stage.median === null ? <NotApplicable /> : <Duration seconds={stage.median} />)} />
          </tbody>
        </table>
      </div>
      <AsTable className="px-3.5 pb-2" words="Show as table, with money" caption={`${title}, as a table`} columns={COLUMNS} rows={stages} rowId={(stage) => stage.milestone} rowHeads dense maxHeight="480px" />
    </Panel>
  );
}

function Row({ label, stages, cell, strong, line, quiet }: { label: string; stages: readonly ViewStage[]; cell: (stage: ViewStage) => ReactNode; strong?: boolean; line?: boolean; quiet?: boolean }): ReactNode {
  return (
    <tr className={cx(strong && "strong", line && "line", quiet && "quiet")}>
      <th scope="row">{label}</th>
      {stages.map((stage) => (
        <td key={stage.milestone} className={cx("num", stage.current && "on")}>
          {cell(stage)}
        </td>
      ))}
    </tr>
  );
}

function StageBar({ stage, largest }: { stage: ViewStage; largest: number }): ReactNode {
  const height = (count: number): number => (count === 0 ? 0 : Math.max(CAP_PX, (count / largest) * BAR_PX));
  return (
    <span className="stagebar">
      {stage.stuck > 0 ? <span className="f-stop" style={{ height: height(stage.stuck) }} /> : null}
      {stage.atRisk + stage.onTime > 0 ? <span className="due" style={{ height: height(stage.atRisk + stage.onTime) }} /> : null}
      {stage.reached ? <span className="f-h3" style={{ height: height(stage.reached) }} /> : null}
    </span>
  );
}

const COLUMNS: readonly PlainColumn<ViewStage>[] = [
  { header: "Milestone", cell: (stage) => stage.name },
  { header: "Reached", numeric: true, cell: (stage) => (stage.reached === null ? <NotApplicable /> : <Count value={stage.reached} />) },
  { header: "Money reached", numeric: true, cell: (stage) => <Sums amounts={stage.reachedMoney} /> },
  { header: "Stuck", numeric: true, cell: (stage) => (stage.stuck > 0 ? <Link className="link" to={stage.toStuck} preventScrollReset>{formatCount(stage.stuck)}</Link> : <Count value={0} />) },
  { header: "Money stuck", numeric: true, cell: (stage) => <Sums amounts={stage.stuckMoney} /> },
  { header: "Oldest", numeric: true, cell: (stage) => (stage.oldest === null ? <NotApplicable /> : <Age since={stage.oldest} />) },
  { header: "At risk", numeric: true, cell: (stage) => <Count value={stage.atRisk} /> },
  { header: "On time", numeric: true, cell: (stage) => <Count value={stage.onTime} /> },
  { header: "Money not yet due", numeric: true, cell: (stage) => <Sums amounts={stage.waitingMoney} /> },
  { header: "Median wait", numeric: true, cell: (stage) => (stage.median === null ? <NotApplicable /> : <Duration seconds={stage.median} />) },
  { header: "90 % within", numeric: true, cell: (stage) => (stage.p90 === null ? <NotApplicable /> : <Duration seconds={stage.p90} />) },
  { header: "In time", numeric: true, cell: (stage) => (stage.inTime === null ? <NotApplicable /> : <Percent share={stage.inTime} />) },
];

function Sums({ amounts }: { amounts: ViewStage["stuckMoney"] }): ReactNode {
  return amounts.length > 0 ? <MoneyList amounts={amounts} /> : <NotApplicable />;
}
