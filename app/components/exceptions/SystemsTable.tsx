import type { ReactNode } from "react";
import { Link } from "react-router";
import type { SystemSays } from "../../exceptions/page.ts";
import { Chip } from "../Chip.tsx";
import { Icon } from "../Icon.tsx";
import { Money } from "../Money.tsx";
import { Time } from "../Time.tsx";
import { NotApplicable } from "../Unknown.tsx";

/** What each system said last about one object. `missing`: the step that nobody has seen, as a last row. */
export function SystemsTable({ says, missing, storyTo }: { says: readonly SystemSays[]; missing: { step: string; system: string | null; dueAt: string | null } | null; storyTo: string }): ReactNode {
  return (
    <div className="tw" tabIndex={0} role="group" aria-label="What each system says">
      <table className="dt">
        <thead>
          <tr>
            <th scope="col">System</th>
            <th scope="col">Says</th>
            <th scope="col" className="num">
              Amount
            </th>
            <th scope="col" className="num">
              At
            </th>
            <th scope="col" className="hide-s">
              Evidence
            </th>
          </tr>
        </thead>
        <tbody>
          {says.map((each) => (
            <tr key={each.system} className={each.wrong ? "disagree" : undefined}>
              <td>
                <span className="rowx gap-2">
                  <Icon name={each.wrong ? "stop" : "clear"} label={each.wrong ? "not well" : "well"} />
                  <span className="tr">{each.system}</span>
                  {each.isRecord ? <Chip tone="outline">system of record</Chip> : null}
                </span>
              </td>
              <td>{each.wrong ? <b className="font-semibold">{each.says}</b> : each.says}</td>
              <td className="num">{each.amount ? <Money amount={each.amount} /> : <NotApplicable />}</td>
              <td className="num">
                <Time at={each.at} />
              </td>
              <td className="hide-s">
                <Link className="link" to={storyTo}>
                  its story
                </Link>
              </td>
            </tr>
          ))}
          {missing ? (
            <tr className="disagree">
              <td>
                <span className="rowx gap-2">
                  <Icon name="stop" label="missing" />
                  {missing.system ?? "Nobody"}
                </span>
              </td>
              <td>
                <b className="font-semibold">Has not confirmed “{missing.step}”</b>
              </td>
              <td className="num">
                <NotApplicable />
              </td>
              <td className="num">{missing.dueAt ? <>due <Time at={missing.dueAt} /></> : <NotApplicable />}</td>
              <td className="hide-s" />
            </tr>
          ) : null}
        </tbody>
      </table>
    </div>
  );
}
