import { type ReactNode, useState } from "react";
import { Link } from "react-router";
import type { PreviewGroup, PreviewView } from "../../replay/preview-view.ts";
import { Checkbox } from "../fields/Checkbox.tsx";
import { Textarea } from "../fields/Field.tsx";
import { formatCount } from "../format/money.ts";
import { Icon, type IconName } from "../Icon.tsx";
import { Money, MoneyList } from "../Money.tsx";
import { Note } from "../Note.tsx";
import { NotApplicable, Unknown } from "../Unknown.tsx";

const VERDICTS: Record<PreviewGroup["verdict"], { label: string; icon: IconName; tone?: string; fate: string }> = {
  safe: { label: "Safe to send", icon: "clear", fate: "Send" },
  already_succeeded: { label: "Already succeeded since", icon: "check", fate: "Left out" },
  superseded: { label: "Superseded by a newer event", icon: "layers", fate: "Left out" },
  in_progress: { label: "A replay is under way", icon: "replay", fate: "Left out" },
  not_replayable: { label: "Cannot be replayed", icon: "stop", fate: "Left out" },
  outcome_unknown: { label: "Outcome unknown", icon: "unknown", tone: "t-unknown", fate: "Left out" },
};

/** What a replay would do, as form fields: the person sees every group before anything can be sent. `problem`: why sending did not work. */
export function ReplayPreview({ preview, problem, onInclude }: { preview: PreviewView; problem: string | null; onInclude?: (included: boolean) => void }): ReactNode {
  const [included, setIncluded] = useState(false);
  const currencies = preview.money.map((amount) => amount.currency);
  const one = currencies.length === 1 ? currencies[0] : undefined;
  const { unknown } = preview;
  return (
    <>
      <input type="hidden" name="intent" value="send" />
      <input type="hidden" name="ids" value={preview.ids} />
      <input type="hidden" name="selectionHash" value={preview.selectionHash} />
      <dl className="panel strip">
        <div>
          <dt className="over">Selected</dt>
          <dd>{formatCount(preview.selected)}</dd>
        </div>
        <div>
          <dt className="over">Will be sent</dt>
          <dd className="text-accent">{formatCount(preview.willSend + (included ? (unknown?.count ?? 0) : 0))}</dd>
        </div>
        <div>
          <dt className="over">Will post money</dt>
          <dd>{preview.willPost.length === 0 ? <span className="font-medium text-ink-3">none</span> : <MoneyList amounts={preview.willPost} />}</dd>
        </div>
      </dl>
      <div className="panel clip">
        <table className="dt" aria-label="What we found">
          <thead>
            <tr>
              <th scope="col">What we found</th>
              <th scope="col" className="num">
                Items
              </th>
              <th scope="col" className="num">
                {one ?? "Money"}
              </th>
              <th scope="col" className="num">
                <span className="vh">What happens to them</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {preview.groups.map((group) => (
              <VerdictRow key={group.verdict} group={group} bare={one !== undefined} sent={group.verdict === "safe" || (group.verdict === "outcome_unknown" && included)} />
            ))}
            <tr className="total">
              <td>Total, equals the selection</td>
              <td className="num">{formatCount(preview.selected)}</td>
              <td className="num">
                <Amounts amounts={preview.money} bare={one !== undefined} />
              </td>
              <td />
            </tr>
          </tbody>
        </table>
      </div>
      {unknown ? (
        <Checkbox
          name="includeUnknown"
          value={unknown.ids}
          checked={included}
          onChange={(event) => {
            setIncluded(event.target.checked);
            onInclude?.(event.target.checked);
          }}
        >
          Include the {formatCount(unknown.count)} with unknown outcome.{" "}
          <span className="text-ink-2">
            I accept that {unknown.money.length > 0 ? <>up to <MoneyList amounts={unknown.money} /></> : "they"} could be done twice.
          </span>
        </Checkbox>
      ) : null}
      {preview.willSend === 0 && !included ? (
        <Note tone="caution" icon="caution">
          <b>Nothing can be sent as it stands.</b> The reasons are above. What never started at its source cannot be repeated, and what went through since needs no replay.
        </Note>
      ) : preview.approval.needed || (included && unknown?.needsApproval) ? (
        <Note tone="accent">
          <b>A second person must approve.</b> {preview.approval.why.join(" ") || "It may have been posted already."} The approval is valid only for exactly this list, for 2 hours.
        </Note>
      ) : null}
      <Textarea label="Reason, kept in the audit trail" name="reason" required minLength={3} maxLength={2000} rows={2} />
      <p className="second">Order per object is kept. You can stop what has not left yet. Done only when the missing step is seen, not when the answer says so.</p>
      {problem ? (
        <Note tone="stop" alert>
          {problem}
        </Note>
      ) : null}
    </>
  );
}

/** The words on the button that sends. */
export function sendVerb(preview: PreviewView, included: boolean): string {
  const count = preview.willSend + (included ? (preview.unknown?.count ?? 0) : 0);
  return preview.approval.needed || (included && preview.unknown?.needsApproval) ? `Ask a second person to approve ${formatCount(count)}` : `Send ${formatCount(count)}`;
}

function VerdictRow({ group, bare, sent }: { group: PreviewGroup; bare: boolean; sent: boolean }): ReactNode {
  const words = VERDICTS[group.verdict];
  return (
    <tr className={group.verdict === "outcome_unknown" ? "unknown-row" : undefined}>
      <td>
        <div className={`rowx gap-2 font-medium ${words.tone ?? ""}`}>
          <Icon name={words.icon} />
          {words.label}
        </div>
        <div className="second pl-6">
          {group.why.map((why) => (
            <div key={why.text}>
              {group.why.length > 1 ? `${formatCount(why.count)}: ` : null}
              {why.text}
            </div>
          ))}
          <details>
            <summary className="link">List</summary>
            <ul className="grid gap-0.5 py-1">
              {group.items.map((item) => (
                <li key={item.exceptionId} className="rowx">
                  <Link to={`/exceptions/${item.exceptionId}`} className="link">
                    {item.label}
                  </Link>
                  <span className="ml-auto">
                    <Money amount={item.amount} />
                  </span>
                </li>
              ))}
              {group.count > group.items.length ? <li>and {formatCount(group.count - group.items.length)} more</li> : null}
            </ul>
          </details>
        </div>
      </td>
      <td className="num align-top">{formatCount(group.count)}</td>
      <td className="num align-top">
        <Amounts amounts={group.money} bare={bare} />
      </td>
      <td className="num align-top text-12">{sent ? <span className="t-clear font-medium">Send</span> : <span className="text-ink-2">{words.fate}</span>}</td>
    </tr>
  );
}

function Amounts({ amounts, bare }: { amounts: PreviewView["money"]; bare: boolean }): ReactNode {
  if (amounts.length === 0) return bare ? <NotApplicable /> : <Unknown>none known</Unknown>;
  return (
    <span className="inline-grid justify-items-end">
      {amounts.map((amount) => (
        <Money key={amount.currency} amount={amount} bare={bare} />
      ))}
    </span>
  );
}
