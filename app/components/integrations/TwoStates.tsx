import type { ReactNode } from "react";
import { Link } from "react-router";
import type { IntegrationState } from "../../integrations/states.ts";
import type { Verdict, Work } from "../../integrations/work-state.ts";
import { formatCount } from "../format/money.ts";
import { Note } from "../Note.tsx";
import { type Aspect, StatusAspect } from "../StatusAspect.tsx";

const INTERFACE: Record<IntegrationState, { aspect: Aspect; word: string }> = {
  clear: { aspect: "clear", word: "Up" }, failing: { aspect: "stop", word: "Failing" }, late: { aspect: "caution", word: "Silent" }, no_data: { aspect: "unknown", word: "No data" },
};

/** Whether the interface itself works. */
export function InterfaceState({ state }: { state: IntegrationState }): ReactNode {
  const { aspect, word } = INTERFACE[state];
  return (
    <StatusAspect aspect={aspect} toned small>
      {word}
    </StatusAspect>
  );
}

/** Whether the business work behind it is done, with its counts as links to their rows. */
export function WorkState({ id, work }: { id: string; work: Work }): ReactNode {
  const where = `integration=${encodeURIComponent(id)}`;
  if (work.state !== "incomplete")
    return (
      <span className="grid">
        <StatusAspect aspect={work.state === "done" ? "clear" : "waiting"} small>
          {work.state === "done" ? "Nothing waits" : "In time"}
        </StatusAspect>
        {work.backlog > 0 ? (
          <Link className="second hover:underline" to={`/backlog?${where}`}>
            {formatCount(work.backlog)} waiting
          </Link>
        ) : null}
      </span>
    );
  return (
    <span className="grid">
      <StatusAspect aspect="stop" toned small>
        Not completed
      </StatusAspect>
      <span className="second tr">
        {work.exceptions > 0 ? (
          <Link className="hover:underline" to={`/exceptions?${where}`}>
            {formatCount(work.exceptions)} open
          </Link>
        ) : null}
        {work.exceptions > 0 && work.overdue > 0 ? ", " : null}
        {work.overdue > 0 ? (
          <Link className="hover:underline" to={`/backlog?${where}&overdue=true`}>
            {formatCount(work.overdue)} overdue
          </Link>
        ) : null}
      </span>
    </span>
  );
}

/** What both states say together, where one alone would mislead. */
export function VerdictNote({ verdict, work }: { verdict: Verdict; work: Work }): ReactNode {
  if (verdict === "false_comfort")
    return (
      <Note tone="caution">
        <b className="font-medium">The interface is up, the work is not completed.</b> It answers and moves data, and still {work.exceptions > 0 ? `${formatCount(work.exceptions)} ${work.exceptions === 1 ? "exception is" : "exceptions are"} open` : null}
        {work.exceptions > 0 && work.overdue > 0 ? " and " : null}
        {work.overdue > 0 ? `${formatCount(work.overdue)} ${work.overdue === 1 ? "step is" : "steps are"} past due` : null}. Look at the work, not at the connection.
      </Note>
    );
  if (verdict === "interface_only")
    return (
      <Note tone="caution">
        <b className="font-medium">The interface has trouble, no work is late yet.</b> What waits is still inside its time; repair it before that ends.
      </Note>
    );
  return null;
}
