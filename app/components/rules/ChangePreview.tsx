import type { ReactNode } from "react";
import { Link } from "react-router";
import type { RulePreview } from "../../ownership/preview.ts";
import { formatCount } from "../format/money.ts";
import { Note } from "../Note.tsx";

/** What a change of the rules would do to what is open: sentences, then examples. Nothing is saved yet. */
export function ChangePreview({ preview }: { preview: RulePreview }): ReactNode {
  const { looked, changed, sentences, examples } = preview;
  return (
    <div className="grid gap-2" role="status">
      <Note tone={changed > 0 ? "accent" : "plain"} icon="eye">
        {changed === 0 ? (
          <>
            <b>Nothing would change</b> for the {formatCount(looked)} exceptions that are open now.
          </>
        ) : (
          <>
            <b>
              {formatCount(changed)} of {formatCount(looked)} open exceptions would change.
            </b>{" "}
            {sentences.join(" ")}
          </>
        )}
      </Note>
      {examples.length > 0 ? (
        <ul className="grid gap-1">
          {examples.map((example) => (
            <li key={example.id} className="grid grid-cols-[minmax(0,1fr)_auto] gap-3">
              <Link className="link tr" to={`/exceptions/${example.id}`}>
                {example.title}
              </Link>
              <span className="second self-center">
                {example.from} → {example.to}
              </span>
            </li>
          ))}
          {changed > examples.length ? <li className="second">and {formatCount(changed - examples.length)} more</li> : null}
        </ul>
      ) : null}
    </div>
  );
}
