import type { ReactNode } from "react";
import { Link } from "react-router";
import type { BacklogAhead, PartAhead } from "../../assistance/backlog-ahead.ts";
import type { BacklogMethod, DayForecast } from "../../assistance/backlog-forecast.ts";
import { LineChart } from "../charts/LineChart.tsx";
import { Delta } from "../figures/StatTile.tsx";
import { formatCount } from "../format/money.ts";
import { formatDay } from "../format/time.ts";
import { Panel } from "../Panel.tsx";
import { Percent } from "../Percent.tsx";
import { useReader } from "../reader.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";
import { NotApplicable, Unknown } from "../Unknown.tsx";

const METHODS: Record<BacklogMethod, string> = { unchanged: "as much as now", week: "as the same days of other weeks", drift: "as the last four weeks went" };
const count = (value: number): string => formatCount(Math.round(value));
const interval = (one: DayForecast): string => `${count(one.low)}–${count(one.high)}`;

/** What will wait in the days ahead: a picture and a table, each line with its interval and how wrong it was. */
export function BacklogAheadPanel({ ahead }: { ahead: BacklogAhead | null }): ReactNode {
  const { zone, now } = useReader();
  const last = ahead?.days.at(-1);
  if (ahead === null || !last) {
    return (
      <Panel title="The days ahead">
        <p className="second">
          {ahead === null ? "What these filters let through recurs on one object again and again; of such steps only the present round is known, so nothing can be forecast." : "There is too little history to say what will wait, and how wrong that would be."}
        </p>
      </Panel>
    );
  }
  const points = [
    ...ahead.past.map(({ at, open }) => ({ at, values: { open, ...(at === ahead.past.at(-1)?.at ? { expected: open, low: open, high: open } : {}) } })),
    ...ahead.days.map((one) => ({ at: one.at, values: { expected: Math.round(one.expected), low: Math.round(one.low), high: Math.round(one.high) } })),
  ];
  return (
    <div className="grid grid-cols-1 items-start gap-3 wide:grid-cols-2">
      <Panel title="The days ahead" sub="forecast with its interval of 80 %">
        <LineChart
          sentence={`${count(ahead.now)} wait now; in ${last.days} days about ${count(last.expected)} are expected, with 80 % between ${interval(last)}`}
          series={[
            { key: "open", label: `waiting ${count(ahead.now)}`, color: "var(--c1)", filled: true },
            { key: "high", label: "at most", color: "var(--c6)", dashed: true },
            { key: "expected", label: "expected", color: "var(--c2)" },
            { key: "low", label: "at least", color: "var(--c6)", dashed: true },
          ]}
          points={points}
          height={150}
        />
        {ahead.leftOut.length > 0 ? <p className="second mt-1">Without {ahead.leftOut.length} expectations that recur on one object (a stock level, a changed supplier): of these only the present round is known.</p> : null}
      </Panel>
      <Panel title="How wrong it was" sub="forecasts of the last four weeks, as they would have been made" flush>
        <div className="tw" tabIndex={0} role="group" aria-label="Forecast by day">
          <table className="dt">
            <caption className="vh">Forecast of what waits by day, and how wrong such forecasts were</caption>
            <thead>
              <tr>
                <th scope="col">Day</th>
                <th scope="col" className="num">Expected</th>
                <th scope="col" className="num">80 % between</th>
                <th scope="col" className="num">Off by</th>
                <th scope="col" className="num">Interval held</th>
              </tr>
            </thead>
            <tbody>
              {ahead.days.map((one) => (
                <tr key={one.days}>
                  <td>
                    {formatDay(one.at, zone, now) ?? one.at}
                    <span className="second block">{METHODS[one.method]}</span>
                  </td>
                  <td className="num font-medium">{count(one.expected)}</td>
                  <td className="num">{interval(one)}</td>
                  <td className="num">
                    <Error one={one} />
                    <span className="second block">no change: {count(one.record.errorUnchanged)}</span>
                  </td>
                  <td className="num">
                    {Math.round(one.record.held * one.record.origins)} of {one.record.origins}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
    </div>
  );
}

/** How far off on average: in objects, and as a share of what came. */
function Error({ one }: { one: DayForecast }): ReactNode {
  return (
    <>
      {count(one.record.error)}{one.record.mape === null ? null : <>, <Percent share={one.record.mape} /></>}
    </>
  );
}

type Row = PartAhead & { name: string };
const dayOf = (row: Row, days: number): DayForecast | undefined => row.ahead.days.find((one) => one.days === days);
const forecastCell = (row: Row, days: number): ReactNode => {
  const one = dayOf(row, days);
  if (!one) return <Unknown>too little history</Unknown>;
  return (
    <span className="grid">
      <span>{count(one.expected)}</span>
      <span className="second whitespace-nowrap">{interval(one)}</span>
    </span>
  );
};
const COLUMNS: readonly Column<Row>[] = [
  { id: "name", header: "Part", card: "title", cell: (row) => <Link className="tr block hover:underline" to={row.to} data-tip={row.name}>{row.name}</Link> },
  { id: "now", header: "Now", numeric: true, width: "64px", card: "end", cell: (row) => count(row.ahead.now) },
  { id: "day", header: "In 1 day", numeric: true, width: "92px", card: "foot", cell: (row) => forecastCell(row, 1) },
  { id: "week", header: "In 7 days", numeric: true, width: "92px", card: "foot", cell: (row) => forecastCell(row, 7) },
  { id: "change", header: "Change", numeric: true, width: "96px", card: "hidden", cell: (row) => <Change row={row} /> },
  { id: "error", header: "Off by, 7 days", numeric: true, width: "104px", card: "foot-end", cell: (row) => { const one = dayOf(row, 7); return one ? <Error one={one} /> : <NotApplicable />; } },
  { id: "held", header: "Interval held", numeric: true, width: "104px", card: "hidden", cell: (row) => { const one = dayOf(row, 7); return one ? `${Math.round(one.record.held * one.record.origins)} of ${one.record.origins}` : <NotApplicable />; } },
];

/** A change is only said where the whole interval lies on one side of now. */
function Change({ row }: { row: Row }): ReactNode {
  const one = dayOf(row, 7);
  if (!one) return <NotApplicable />;
  if (one.low > row.ahead.now || one.high < row.ahead.now) return <Delta change={Math.round(one.expected - row.ahead.now)} worse="up" />;
  return <span className="second">not sure</span>;
}

/** The days ahead of each facility or process. */
export function BacklogsAhead({ parts, end }: { parts: readonly Row[]; end: ReactNode }): ReactNode {
  return (
    <Panel title="Backlog, the days ahead" sub="with intervals of 80 % and how wrong such forecasts were in the last four weeks" end={end} flush cards>
      <DataTable caption="Forecast of the backlog, the largest first" columns={COLUMNS} rows={parts} rowId={(row) => row.id} rowTo={(row) => row.to} total={parts.length} twoLine cards blank={<p className="second px-3.5 py-3">Nothing waits that could be forecast.</p>} />
    </Panel>
  );
}
