import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Measure, Tower } from "../../exceptions/tower.ts";
import { Age } from "../Age.tsx";
import { formatDuration, secondsBetween } from "../format/duration.ts";
import { formatCount, formatMoney } from "../format/money.ts";
import { SplitBar } from "../figures/SplitBar.tsx";
import { HeatLegend, HeatTable, type HeatRow } from "../figures/HeatTable.tsx";
import { Icon } from "../Icon.tsx";
import { Money } from "../Money.tsx";
import { Panel } from "../Panel.tsx";
import { useReader } from "../reader.tsx";
import { Segmented } from "../Tabs.tsx";
import { Time } from "../Time.tsx";
import { NotApplicable, Unknown } from "../Unknown.tsx";

/** Money at risk per currency, side by side: no currency is converted, so none is summed with another. */
export function MoneyPanel({ atRisk, tiles }: Pick<Tower, "atRisk" | "tiles">): ReactNode {
  return (
    <Panel title="Money at risk" sub="currencies apart, nothing converted" end={<Link className="link" to={atRisk.to}>{formatCount(atRisk.count)} exceptions</Link>} flush>
      {atRisk.perCurrency.length === 0 ? (
        <p className="px-3.5 pb-3">{atRisk.count === 0 ? "Nothing is at risk." : <Unknown>no exception says an amount</Unknown>}</p>
      ) : (
        <div className="tw pb-1" tabIndex={0} role="group" aria-label="Money at risk per currency">
          <table className="dt dense">
            <thead>
              <tr>
                <th scope="col">
                  <span className="vh">Part</span>
                </th>
                {atRisk.perCurrency.map((each) => (
                  <th key={each.currency} scope="col" className="num">
                    {each.currency}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              <tr>
                <th scope="row">
                  <b className="font-semibold text-ink">All open</b>
                </th>
                {atRisk.perCurrency.map((each) => (
                  <td key={each.currency} className="num">
                    <Link to={each.to} className="text-16 font-semibold hover:underline">
                      <Money amount={each.total} bare cents={false} />
                    </Link>
                  </td>
                ))}
              </tr>
              {tiles.map((tile) => (
                <tr key={tile.key}>
                  <th scope="row">{tile.name}</th>
                  {atRisk.perCurrency.map((each) => {
                    const part = each.parts.find((one) => one.key === tile.key);
                    return (
                      <td key={each.currency} className="num">
                        {part?.amount ? (
                          <Link to={part.to} className="hover:underline">
                            <Money amount={part.amount} bare cents={false} />
                          </Link>
                        ) : (
                          <NotApplicable />
                        )}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p className="second px-3.5 pb-3">
        Each business amount counts once, however many steps it is stuck at. {formatCount(atRisk.withoutAmount)} {atRisk.withoutAmount === 1 ? "exception says" : "exceptions say"} no amount.
      </p>
    </Panel>
  );
}

/** Where the work that waits stands against its due times. */
export function LevelsPanel({ levels }: Pick<Tower, "levels">): ReactNode {
  const parts = [
    { label: "Breached", share: levels.breached, fill: "stop" as const, to: levels.toBreached },
    { label: "At risk, over 80 %", share: levels.atRisk, fill: "caution" as const, to: levels.toBacklog },
    { label: "On time", share: levels.onTime, fill: "h2" as const, to: levels.toBacklog },
  ];
  return (
    <Panel title="Service levels" sub={`${formatCount(levels.backlog)} wait for their next step`}>
      <SplitBar label="Service levels" keys={false} parts={parts.map((part) => ({ ...part, value: formatCount(part.share) }))} />
      <ul className="mt-3 flex flex-wrap gap-x-6 gap-y-2">
        <Level icon="stop" count={levels.breached} label="Breached" to={levels.toBreached} />
        <Level icon="caution" count={levels.atRisk} label="At risk, over 80 %" to={levels.toBacklog} />
        <Level icon="waiting" count={levels.onTime} label="On time" to={levels.toBacklog} />
        <Level icon="paused" count={levels.waiting} label="Wait for somebody else" to={levels.toWaiting} />
      </ul>
      {levels.next.length > 0 ? (
        <p className="mt-3">
          Next to breach:{" "}
          {levels.next.map((each, index) => (
            <span key={each.to}>
              {index > 0 ? " · " : null}
              <Link className="link whitespace-nowrap" to={each.to}>
                {each.id}
              </Link>{" "}
              <span className="text-ink-2">{each.what.toLowerCase()}</span>, due <Time at={each.dueAt} />
            </span>
          ))}
        </p>
      ) : null}
    </Panel>
  );
}

function Level({ icon, count, label, to }: { icon: "stop" | "caution" | "waiting" | "paused"; count: number; label: string; to: string }): ReactNode {
  return (
    <li>
      <Link to={to} className="group block">
        <span className="rowx gap-1.5 text-20 font-semibold">
          <Icon name={icon} />
          {formatCount(count)}
        </span>
        <span className="second block group-hover:underline">{label}</span>
      </Link>
    </li>
  );
}

/** Backlog by facility and process. Colour follows the measure; money has no common measure over currencies, so there it follows the count. */
export function HeatPanel({ heat, measure, to }: { heat: Tower["heat"]; measure: Measure; to: (measure: Measure) => string }): ReactNode {
  const { now } = useReader();
  const rows = heat.rows.map((row): HeatRow => ({
    id: row.id,
    label: row.name,
    to: row.to,
    total: measure === "count" ? formatCount(row.total) : measure === "age" ? <OldestAge since={oldestOf(row.cells.map((cell) => cell?.oldest ?? null))} /> : formatCount(row.total),
    cells: row.cells.map((cell) => {
      if (!cell) return { value: 0, text: "0" };
      const seconds = cell.oldest ? Math.max(0, secondsBetween(cell.oldest, now)) : 0;
      const text = measure === "age" ? (cell.oldest ? formatDuration(seconds) : "0") : measure === "money" ? moneyText(cell.money) : undefined;
      return { value: measure === "age" ? seconds : cell.count, breached: cell.late, text, to: cell.to };
    }),
  }));
  return (
    <Panel
      title="Backlog by facility and process"
      sub={measure === "money" ? "colour: how many" : measure === "age" ? "oldest wait" : undefined}
      end={
        <>
          <HeatLegend />
          <Segmented label="Measure" items={(["count", "money", "age"] as const).map((each) => ({ label: { count: "Count", money: "Money", age: "Age" }[each], to: to(each), current: each === measure }))} />
        </>
      }
      flush
    >
      {rows.length === 0 ? <p className="px-3.5 pb-3">Nothing waits for its next step.</p> : <HeatTable caption="Backlog by facility and process" corner="Facility" columns={heat.processes} rows={rows} />}
    </Panel>
  );
}

function moneyText(money: Tower["atRisk"]["money"]): string {
  const [first, ...rest] = money;
  if (!first) return "–";
  return rest.length > 0 ? `${money.length} currencies` : `${first.currency} ${formatMoney(first.value, first.currency, { cents: false }) ?? first.value}`;
}

function oldestOf(instants: readonly (string | null)[]): string | null {
  return instants.filter((each) => each !== null).sort()[0] ?? null;
}

function OldestAge({ since }: { since: string | null }): ReactNode {
  return since ? <Age since={since} /> : <NotApplicable />;
}

/** New and grown failure groups since yesterday, and what was closed. */
export function ChangesPanel({ changes }: Pick<Tower, "changes">): ReactNode {
  const closed = changes.closed.byPerson + changes.closed.recovered + changes.closed.verified;
  return (
    <Panel title="What changed in 24 hours" end={changes.groups > 0 ? <Link className="link" to={changes.to}>All {formatCount(changes.groups)}</Link> : null}>
      <ul className="changes">
        {changes.rows.map((row) => (
          <li key={row.key}>
            <Icon name={row.severity === "critical" || row.severity === "high" ? "stop" : "caution"} label={row.severity} />
            <Link to={row.to} className="line-clamp-2 font-medium hover:underline" data-tip={row.title}>
              {row.title}
            </Link>
            <span className="whitespace-nowrap">{row.money[0] ? <Money amount={row.money[0]} cents={false} /> : null}</span>
            <span className="s second">
              {row.fresh === row.total ? `${row.total === 1 ? "New" : `${formatCount(row.fresh)}, all new`}` : `${formatCount(row.total - row.fresh)} → ${formatCount(row.total)}`}, since <Time at={row.firstSeen} />, {row.where}
            </span>
          </li>
        ))}
        <li>
          <Icon name="clear" />
          <Link to={changes.toClosed} className="tr font-medium hover:underline">
            {formatCount(closed)} {closed === 1 ? "exception" : "exceptions"} closed
          </Link>
          <span />
          <span className="s second">
            {formatCount(changes.closed.recovered)} recovered by themselves, {formatCount(changes.closed.verified)} verified after a replay, {formatCount(changes.closed.byPerson)} resolved by people
          </span>
        </li>
      </ul>
    </Panel>
  );
}
