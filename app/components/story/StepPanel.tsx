import type { ReactNode } from "react";
import { Link } from "react-router";
import type { TraceStep } from "../../traces/waterfall.ts";
import { Chip } from "../Chip.tsx";
import { Icon } from "../Icon.tsx";
import { Panel } from "../Panel.tsx";
import { Time } from "../Time.tsx";

const OUTCOMES = {
  done: <Chip tone="clear" icon="clear">Done</Chip>,
  recovered: <Chip tone="caution" icon="caution">Recovered</Chip>,
  failed: <Chip tone="stop" icon="stop">Failed</Chip>,
  running: <Chip icon="waiting">Not finished</Chip>,
  skipped: <Chip icon="waiting">Skipped</Chip>,
} as const;

/** The chosen step: each attempt with its result, and what the error says. */
export function StepPanel({ step }: { step: TraceStep }): ReactNode {
  return (
    <Panel title={step.name} end={OUTCOMES[step.outcome]}>
      <div className="stack gap-2">
        {step.integration ? (
          <p className="second">
            {step.system ? `${step.system}, ` : ""}
            <Link className="link" to={`/integrations/${encodeURIComponent(step.integration.id)}`}>
              {step.integration.name}
            </Link>
          </p>
        ) : null}
        <ol className="changes">
          {step.attempts.map((attempt) => (
            <li key={`${attempt.n} ${attempt.at}`}>
              <Icon name={attempt.status === "succeeded" ? "check" : attempt.status === "dead_lettered" ? "tray" : attempt.status === "started" || attempt.status === "skipped" ? "waiting" : "failed"} />
              <span className="min-w-0 [overflow-wrap:anywhere]">
                <span className="text-ink-3">{attempt.n}.</span> {attempt.result}
              </span>
              {attempt.to ? (
                <Link className="link text-12" to={attempt.to}>
                  <span className="vh">Event of attempt {attempt.n}, </span>
                  <Time at={attempt.at} as="seconds" />
                </Link>
              ) : (
                <Time at={attempt.at} as="seconds" />
              )}
              {attempt.took ? <span className="s second">took {attempt.took}</span> : null}
            </li>
          ))}
        </ol>
        {step.error ? (
          <div className="note block font-mono text-12" tabIndex={0} role="group" aria-label="Error as the system reported it">
            <div className="max-h-48 overflow-y-auto [overflow-wrap:anywhere]">
              {[step.error.class?.replaceAll("_", " "), step.error.code].filter(Boolean).join(" · ")}
              {step.error.message ? <p>{step.error.message}</p> : null}
            </div>
          </div>
        ) : null}
      </div>
    </Panel>
  );
}
