import { Fragment, type ReactNode } from "react";
import { Time } from "../Time.tsx";
import type { TraceLane } from "./lanes.ts";

/** The waterfall as a table: for screen readers, for copying, and for whoever prefers figures. */
export function TraceTable({ lanes }: { lanes: readonly TraceLane[] }): ReactNode {
  return (
    <details className="as-table ml-auto open:ml-0 open:w-full">
      <summary>Show as table</summary>
      <div className="tw">
        <table className="dt">
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">State</th>
              <th scope="col" className="num">
                At
              </th>
              <th scope="col" className="num">
                Took
              </th>
            </tr>
          </thead>
          <tbody>
            {lanes.map((lane) => (
              <Fragment key={lane.id}>
                <Row lane={lane} />
                {(lane.attempts ?? []).map((attempt) => (
                  <Row key={attempt.id} lane={attempt} inner />
                ))}
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Row({ lane, inner = false }: { lane: TraceLane; inner?: boolean }): ReactNode {
  return (
    <tr className={inner ? "kid" : undefined}>
      <td>
        {lane.name} {lane.detail ? <span className="second">{lane.detail}</span> : null}
      </td>
      <td>{lane.state}</td>
      <td className="num">{lane.at === null ? "–" : <Time at={lane.at} as="seconds" />}</td>
      <td className="num">{lane.took}</td>
    </tr>
  );
}
