import { data, Link, useLocation } from "react-router";
import { scopeFor } from "../auth/principal.ts";
import { StatTile } from "../components/figures/StatTile.tsx";
import { HealthStrip, type Station } from "../components/figures/HealthStrip.tsx";
import { formatDuration, secondsBetween } from "../components/format/duration.ts";
import { formatCount } from "../components/format/money.ts";
import { Panel } from "../components/Panel.tsx";
import { useReader } from "../components/reader.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { ChangesPanel, HeatPanel, LevelsPanel, MoneyPanel } from "../components/tower/TowerPanels.tsx";
import { MEASURES, readTower, type Measure, type TowerTile } from "../exceptions/tower.ts";
import { readIntegrations } from "../integrations/list.ts";
import { stationsOf, type HealthStation } from "../integrations/stations.ts";
import { requirePrincipal, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/_index";

export const handle = pageHandle({ title: "Control tower", facilities: true, live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "Control tower · Signalbox" }];
}

/** All figures of the tower for the facilities in the address. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const scope = scopeFor(requirePrincipal(context), "read");
  const search = url.searchParams;
  const unknown = [...search.keys()].find((name) => name !== "facility" && name !== "measure");
  if (unknown !== undefined) throw data(`unknown filter: ${unknown}`, { status: 400 });
  const measure = MEASURES.find((each) => each === (search.get("measure") ?? "count"));
  if (!measure) throw data("measure: count, money or age", { status: 400 });
  const now = new Date();
  const [tower, health] = await Promise.all([readTower(stores, catalogue.current(), scope, search.getAll("facility"), now), readIntegrations(stores.clickhouse, catalogue.current(), "24h", now, scope)]);
  return { ...tower, measure, health: { stations: stationsOf(health.rows), all: health.counts.all, failing: health.counts.failing, late: health.counts.late, noData: health.counts.no_data } };
}

/** The tower could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The control tower" back={{ label: "To the exceptions", to: "/exceptions" }} />;
}

const AGEING = ["< 1 d", "1–3 d", "3–7 d", "> 7 d"];

/** How much is at risk, what is breached, what got worse since yesterday, and whether the figures can be trusted. */
export default function ControlTower({ loaderData: tower }: Route.ComponentProps) {
  const { pathname, search } = useLocation();
  const { now } = useReader();
  const { health } = tower;
  const measureTo = (measure: Measure): string => {
    const next = new URLSearchParams(search);
    next.delete("measure");
    if (measure !== "count") next.set("measure", measure);
    return next.size > 0 ? `${pathname}?${next}` : pathname;
  };
  const clear = health.all - health.failing - health.late - health.noData;
  return (
    <>
      <div className="grid gap-3 wide:grid-cols-[1.35fr_1fr]">
        <MoneyPanel atRisk={tower.atRisk} tiles={tower.tiles} />
        <LevelsPanel levels={tower.levels} />
      </div>
      <div className="tiles">
        {tower.tiles.map((tile) => (
          <StatTile key={tile.key} title={tile.name} to={tile.to} count={tile.count} change={tile.change} amounts={tile.count === 0 ? undefined : tile.money.slice(0, 2)} trend={tile.trend} ageing={tile.ageing.map((count, index) => ({ label: AGEING[index] ?? "", count }))} remark={remarkOf(tile, now)} definition={tile.definition} />
        ))}
      </div>
      <div className="grid gap-3 wide:grid-cols-[2.1fr_1fr] wide:items-start">
        <HeatPanel heat={tower.heat} measure={tower.measure} to={measureTo} />
        <ChangesPanel changes={tower.changes} />
      </div>
      <Panel
        title="Interface health"
        sub={`${formatCount(health.all)} integrations · ${formatCount(clear)} clear, ${formatCount(health.failing)} failing, ${formatCount(health.late)} late, ${formatCount(health.noData)} without data`}
        end={
          <Link className="link" to="/integrations">
            Open integrations
          </Link>
        }
        flush
      >
        <HealthStrip stations={health.stations.map((station) => stationAt(station, now))} />
      </Panel>
    </>
  );
}

/** What stands behind a headline, in one line. */
function remarkOf(tile: TowerTile, now: string): string {
  if (tile.count === 0) return "Nothing of this kind is open";
  const more = tile.money.length > 2 ? `, ${tile.money.length - 2} more ${tile.money.length === 3 ? "currency" : "currencies"}` : "";
  if (tile.largest > 1 && tile.largest * 2 >= tile.count) return `One cause explains ${formatCount(tile.largest)} of ${formatCount(tile.count)}${more}`;
  const oldest = tile.oldest ? `, oldest ${formatDuration(Math.max(0, secondsBetween(tile.oldest, now)))}` : "";
  return `${formatCount(tile.causes)} ${tile.causes === 1 ? "cause" : "causes"}${oldest}${more}`;
}

function stationAt({ lastEventAt, ...station }: HealthStation, now: string): Station {
  return { ...station, remark: station.remark ?? (lastEventAt ? `last event ${formatDuration(Math.max(0, secondsBetween(lastEventAt, now)))} ago` : "no data yet") };
}
