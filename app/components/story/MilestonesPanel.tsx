import type { ReactNode } from "react";
import type { StoryMilestone } from "../../objects/story.ts";
import { formatDuration, secondsBetween } from "../format/duration.ts";
import { Icon, type IconName } from "../Icon.tsx";
import { Panel } from "../Panel.tsx";
import { useReader } from "../reader.tsx";
import { Time } from "../Time.tsx";

const STATES: Record<StoryMilestone["state"], { icon: IconName; label: string }> = {
  reached: { icon: "clear", label: "Reached" },
  failed: { icon: "stop", label: "Failed" },
  missing: { icon: "stop", label: "Missing" },
  due: { icon: "waiting", label: "Not due yet" },
  next: { icon: "waiting", label: "Not expected yet" },
};

/** The milestones of the object's process: reached, due, missing. */
export function MilestonesPanel({ milestones, process }: { milestones: readonly StoryMilestone[]; process: string | null }): ReactNode {
  return (
    <Panel title="Milestones" sub={process ?? undefined}>
      {milestones.length === 0 ? <p className="second">No process of the catalogue knows this kind of object.</p> : null}
      <ol className="changes">
        {milestones.map((one) => (
          <li key={one.type}>
            <Icon name={STATES[one.state].icon} label={STATES[one.state].label} />
            <span className={one.state === "next" ? "text-ink-3" : one.state === "missing" ? "t-stop font-medium" : undefined}>{one.name}</span>
            <span className="second whitespace-nowrap">{one.at ? <Time at={one.at} /> : null}</span>
            <Remark milestone={one} />
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function Remark({ milestone }: { milestone: StoryMilestone }): ReactNode {
  const { now } = useReader();
  if (milestone.dueAt === null) return null;
  if (milestone.state === "missing") {
    return (
      <span className="s second t-stop">
        due <Time at={milestone.dueAt} />, {formatDuration(secondsBetween(milestone.dueAt, now))} late{milestone.remark ? <span className="text-ink-3"> · {milestone.remark}</span> : null}
      </span>
    );
  }
  if (milestone.state === "due") {
    return (
      <span className="s second">
        due <Time at={milestone.dueAt} />, {formatDuration(secondsBetween(now, milestone.dueAt))} left
      </span>
    );
  }
  const late = milestone.at === null ? 0 : secondsBetween(milestone.dueAt, milestone.at);
  return late > 60 ? <span className="s second t-caution">{formatDuration(late)} after its due time</span> : null;
}
