import type { ReactNode } from "react";
import { Link } from "react-router";
import type { PastCasesPart } from "../../assistance/past-cases.ts";
import { Duration } from "../Age.tsx";
import { formatCount } from "../format/money.ts";
import { Panel } from "../Panel.tsx";
import { Time } from "../Time.tsx";

const NEAR: Record<PastCasesPart["near"], { title: string; why: string }> = {
  group: { title: "Of the same group", why: "same cause" },
  error: { title: "Same integration, step and class of error", why: "nearly the same" },
  step: { title: "Same kind of object at the same step", why: "less alike: look before you do the same" },
};

/** Past cases like this one and what resolved them, the nearest first. */
export function PastCases({ parts }: { parts: readonly PastCasesPart[] }): ReactNode {
  if (parts.length === 0) {
    return (
      <Panel title="What resolved cases like it">
        <p className="second">No case like it was closed before: none of its group, of its step with the same class of error, or of its kind of object at this step.</p>
      </Panel>
    );
  }
  return (
    <Panel title="What resolved cases like it">
      <div className="grid gap-4">
        {parts.map((part) => (
          <section key={part.near} aria-label={NEAR[part.near].title} className="grid gap-2">
            <h3 className="font-medium">
              {NEAR[part.near].title} <span className="second font-normal">{NEAR[part.near].why}, {formatCount(part.count)} closed</span>
            </h3>
            <ul className="grid gap-1">
              {part.endings.map((each) => (
                <li key={`${each.how} ${each.by}`} className="flex gap-2">
                  <span className="w-8 shrink-0 text-right font-medium">{formatCount(each.count)}</span>
                  <span className="min-w-0">
                    {each.how} <span className="second block">{each.by}; half took at most <Duration seconds={each.seconds} /></span>
                  </span>
                </li>
              ))}
              {part.others > 0 ? <li className="second">{formatCount(part.others)} in other ways</li> : null}
            </ul>
            <ul className="grid gap-2 border-t border-line pt-2">
              {part.cases.map((each) => (
                <li key={each.id} className="min-w-0">
                  <Link className="link" to={`/exceptions/${each.id}`} data-tip={each.title}>EX-{each.id}</Link> <Time at={each.at} as="day" />, took <Duration seconds={each.seconds} />
                  <span className="block">{each.how}{each.note ? `: “${each.note}”` : ""}</span>
                  <span className="second block">{each.who}</span>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Panel>
  );
}
