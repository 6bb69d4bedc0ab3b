import type { ReactNode } from "react";
import { Link } from "react-router";
import { FEED_STATES, type FeedView, type FeedWindow } from "../../feeds/feeds.ts";
import { formatDay, formatMoment } from "../format/time.ts";
import { Icon } from "../Icon.tsx";
import { Panel } from "../Panel.tsx";
import { useReader } from "../reader.tsx";
import { Age } from "../Age.tsx";
import { Unknown } from "../Unknown.tsx";
import { FEED_LOOK } from "./states.ts";

/** The windows of each feed as one strip, oldest first: a cell per window that leads to its run. */
export function FeedStrips({ feeds, days }: { feeds: readonly FeedView[]; days: number }): ReactNode {
  const { zone, now } = useReader();
  if (feeds.length === 0)
    return (
      <Panel title="Runs by window">
        <p className="second">The catalogue names no feed, or none in this filter.</p>
      </Panel>
    );
  return (
    <Panel title="Runs by window" sub={`last ${days} days, oldest first`} end={<Legend />} flush>
      <div className="tw pb-2" tabIndex={0} role="group" aria-label="Runs of each feed by window">
        <table className="dt">
          <caption className="vh">Runs of each feed by window, oldest first</caption>
          <thead>
            <tr>
              <th scope="col" style={{ width: "24%" }}>Feed</th>
              <th scope="col" style={{ width: "150px" }} className="hide-m">Window</th>
              <th scope="col">Windows</th>
              <th scope="col" className="num" style={{ width: "110px" }}>Last loaded</th>
            </tr>
          </thead>
          <tbody>
            {feeds.map((feed) => (
              <tr key={feed.id}>
                <th scope="row" className="font-normal">
                  <span className="tr block max-w-64" data-tip={feed.name}>{feed.name}</span>
                  <Link className="second tr block max-w-64 hover:underline" to={`/integrations/${encodeURIComponent(feed.integration)}`} data-tip={feed.integrationName}>{feed.integrationName}</Link>
                </th>
                <td className="hide-m second">{feed.schedule ?? <Unknown>no schedule</Unknown>}</td>
                <td>
                  <ol className="flex min-w-64 gap-0.5">
                    {feed.windows.map((window) => (
                      <li key={window.at} className="min-w-0 flex-1">
                        <Cell window={window} words={`${formatMoment(window.at, zone, now) ?? window.at}: ${wordsOf(window)}`} />
                      </li>
                    ))}
                  </ol>
                  <span className="second flex justify-between text-11" aria-hidden="true">
                    <span>{feed.windows[0] ? formatDay(feed.windows[0].at, zone, now) : null}</span>
                    <span>{feed.windows.length > 1 ? formatDay(feed.windows.at(-1)?.at ?? "", zone, now) : null}</span>
                  </span>
                </td>
                <td className="num">{feed.last?.at.loaded ? <Age since={feed.last.at.loaded} suffix="ago" /> : feed.last ? <span className={FEED_LOOK[feed.last.state].tone}>{FEED_LOOK[feed.last.state].words}</span> : <Unknown>never seen</Unknown>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

const wordsOf = (window: FeedWindow): string => `${FEED_LOOK[window.state].words}${window.runs.length > 1 ? `, ${window.runs.length} runs` : ""}`;

function Cell({ window, words }: { window: FeedWindow; words: string }): ReactNode {
  const look = FEED_LOOK[window.state];
  const shown = window.runs.find((run) => run.state === window.state);
  const inside = look.icon ? <Icon name={look.icon} size="xs" label={words} /> : <span className="vh">{words}</span>;
  const classes = `grid h-6 place-items-center rounded-sm ${look.cell} ${look.tone}`;
  return shown ? (
    <Link className={classes} to={shown.to} data-tip={words}>
      {inside}
    </Link>
  ) : (
    <span className={classes} data-tip={words}>
      {inside}
    </span>
  );
}

function Legend(): ReactNode {
  return (
    <span className="legend-keys hide-s">
      {FEED_STATES.filter((state) => state !== "running").map((state) => (
        <span key={state}>
          <span className={`sw grid place-items-center ${FEED_LOOK[state].cell} ${FEED_LOOK[state].tone}`} style={{ width: 14, height: 14 }} aria-hidden="true">
            {FEED_LOOK[state].icon ? <Icon name={FEED_LOOK[state].icon} size="xs" /> : null}
          </span>
          {FEED_LOOK[state].words}
        </span>
      ))}
    </span>
  );
}
