import type { ReactNode } from "react";
import { Link } from "react-router";
import type { ExceptionView } from "#queries/model/exception.ts";
import { resolutionName, STATUS_LABELS } from "../../exceptions/labels.ts";
import { Age } from "../Age.tsx";
import { KindMark } from "../KindMark.tsx";
import { Panel } from "../Panel.tsx";
import { Severity } from "../Severity.tsx";

/** The exceptions about one thing, open ones first, in a panel of their own. */
export function ExceptionLines({ exceptions, title = "Exceptions", none, more }: { exceptions: readonly ExceptionView[]; title?: string; none: string; more?: ReactNode }): ReactNode {
  const sorted = [...exceptions].sort((a, b) => Number(a.status === "resolved") - Number(b.status === "resolved"));
  return (
    <Panel title={title} sub={exceptions.length > 0 ? exceptions.length : undefined} end={more}>
      {sorted.length === 0 ? <p className="second">{none}</p> : null}
      <ul className="changes">
        {sorted.map((one) => (
          <li key={one.id}>
            <Severity level={one.severity} />
            <Link className="link min-w-0" to={`/exceptions/${one.id}`}>
              {one.title}
            </Link>
            <span className="second whitespace-nowrap">
              <Age since={one.firstSeen} suffix="old" />
            </span>
            <span className="s rowx gap-2">
              <KindMark kind={one.kind} />
              <span className="second">{one.resolution ? `${STATUS_LABELS[one.status]}: ${resolutionName(one.resolution.code)}` : STATUS_LABELS[one.status]}</span>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
