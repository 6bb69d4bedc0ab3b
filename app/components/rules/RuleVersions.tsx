import type { ReactNode } from "react";
import type { VersionView } from "../../ownership/rules-page.ts";
import { Time } from "../Time.tsx";

/** Every version of a rule, newest first: what it said, who changed it, why. */
export function RuleVersions({ versions }: { versions: readonly VersionView[] }): ReactNode {
  return (
    <ol className="grid gap-3">
      {versions.map((version) => (
        <li key={version.version} className="grid gap-0.5">
          <div>
            <b>Version {version.version}</b>
            {version.active ? null : ", switched off"}
          </div>
          <div className="second">
            <Time at={version.at} />, {version.by}
          </div>
          {version.reason ? <div>“{version.reason}”</div> : null}
          <div className="second">
            {version.name}. {version.text}
          </div>
        </li>
      ))}
    </ol>
  );
}
