import type { ReactNode } from "react";
import type { Watch } from "../../assistance/watch.ts";
import { KeyValue } from "../KeyValue.tsx";
import { Panel } from "../Panel.tsx";

const WHY = { batch: "move by a schedule: see Feeds", too_little: "move too little", too_short: "known for less than 6 comparable weeks", special_day: "have a public holiday", no_data: "no data of any" } as const;

/** What could be judged, what could not and why, and how a statement comes about. */
export function MethodPanel({ judged }: { judged: Watch["judged"] }): ReactNode {
  return (
    <>
      <Panel title="What could be judged">
        <KeyValue
          facts={(["volume", "latency"] as const).map((measure) => {
            const one = judged[measure];
            const all = Object.values(one).reduce((sum, count) => sum + count, 0);
            return {
              label: measure === "volume" ? "Moves" : "Latency",
              value: (
                <span className="grid">
                  <span>{one.judged} of {all} integrations</span>
                  {(Object.keys(WHY) as (keyof typeof WHY)[]).filter((why) => one[why] > 0).map((why) => (
                    <span key={why} className="second">{one[why]} {WHY[why]}</span>
                  ))}
                </span>
              ),
            };
          })}
        />
      </Panel>
      <Panel title="How this is found">
        <ul className="grid list-disc gap-1.5 pl-4">
          <li>The last whole hours of an integration against the same hours of up to 12 weeks before, by the clock of where it mostly moves. Public holidays are left out on both sides. At least 6 weeks and usually 20 moves (12 for silence), else nothing is said.</li>
          <li>It is said only if the figure is half or double (latency: half as long again), outside all compared weeks but one, and three to five times as far off as they usually differ. Latency is the geometric mean.</li>
          <li>Failures come again if they hit three of four occasions of a day or week since they began, one of the last two among them, and chance would look so less than once in 1,000 histories.</li>
          <li>Nothing acts by itself. A statement says what was seen, never why.</li>
        </ul>
      </Panel>
    </>
  );
}
