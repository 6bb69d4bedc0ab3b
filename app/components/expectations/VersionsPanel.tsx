import type { ReactNode } from "react";
import { Form } from "react-router";
import type { ExpectationVersion } from "../../expectations/versions.ts";
import { Button } from "../Button.tsx";
import { Chip } from "../Chip.tsx";
import { TextField } from "../fields/Field.tsx";
import { Popdown } from "../overlay/Popdown.tsx";
import { Panel } from "../Panel.tsx";
import { Time } from "../Time.tsx";

/** Who changed the rule, when, why and what; an administrator can go back to an earlier one. */
export function VersionsPanel({ versions, base, mayChange }: { versions: readonly ExpectationVersion[]; base: number; mayChange: boolean }): ReactNode {
  return (
    <Panel title="Versions" sub="newest first">
      <ol className="grid gap-3">
        {versions.map((version) => (
          <li key={version.version} className="grid gap-1">
            <div className="rowx flex-wrap gap-2">
              <strong>Version {version.version}</strong>
              {version.current ? <Chip tone="accent">in force</Chip> : null}
              <span className="second">
                <Time at={version.at} /> by {version.by}
              </span>
              {mayChange && !version.current ? <Restore version={version.version} base={base} /> : null}
            </div>
            {version.reason ? <p className="second">“{version.reason}”</p> : null}
            {version.first ? <p className="second">The first that is kept.</p> : null}
            {version.changes.length > 0 ? (
              <ul className="grid gap-0.5 text-12">
                {version.changes.map((change) => (
                  <li key={change.field}>
                    {change.field}: <del className="text-ink-3">{change.before}</del> → <ins className="no-underline">{change.after}</ins>
                  </li>
                ))}
              </ul>
            ) : null}
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function Restore({ version, base }: { version: number; base: number }): ReactNode {
  return (
    <Popdown summary="Go back to it" summaryClass="link">
      <Form method="post" className="stack p-3">
        <input type="hidden" name="base" value={base} />
        <input type="hidden" name="version" value={version} />
        <TextField label="Reason" name="reason" required minLength={3} maxLength={500} hint={`Version ${version} becomes a new version; nothing is lost.`} />
        <Button type="submit" name="intent" value="restore" variant="primary">
          Restore version {version}
        </Button>
      </Form>
    </Popdown>
  );
}
