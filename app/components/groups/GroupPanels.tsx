import type { ReactNode } from "react";
import { Link } from "react-router";
import type { GroupPage } from "../../groups/page.ts";
import { eventPath } from "../../paths.ts";
import { Age, Duration } from "../Age.tsx";
import { Chip } from "../Chip.tsx";
import { formatDuration } from "../format/duration.ts";
import { formatCount } from "../format/money.ts";
import { Icon } from "../Icon.tsx";
import { Panel } from "../Panel.tsx";
import { type PlainColumn, PlainTable } from "../table/PlainTable.tsx";
import { Time } from "../Time.tsx";
import { DIMENSION_WORDS, groupPath } from "./words.ts";

/** How strong the evidence is, in a word that never asserts. */
function likelihood(score: number): { word: string; tone: "caution" | "outline" } {
  return score >= 70 ? { word: "Probably", tone: "caution" } : score >= 45 ? { word: "Perhaps", tone: "outline" } : { word: "Also near", tone: "outline" };
}

function nearness(seconds: number): string {
  if (Math.abs(seconds) < 60) return "as the first failure came";
  return `${formatDuration(Math.abs(seconds))} ${seconds > 0 ? "before the first failure" : "after the first failure"}`;
}

/** What happened near the start of the group, each with its evidence; nothing is asserted. */
export function CausesPanel({ causes, suspected }: Pick<GroupPage, "causes" | "suspected">): ReactNode {
  return (
    <Panel title="Suspected cause">
      {suspected ? (
        <div className="note mb-3">
          <Icon name="user" />
          <div>
            <b>{suspected.by}</b> says, <Time at={suspected.at} />: “{suspected.text}”
          </div>
        </div>
      ) : null}
      {causes.length === 0 ? (
        <p className="second">Nothing that we see happened near its start: no release, no credential, no outage, no change of the catalogue.</p>
      ) : (
        <ul className="grid gap-3">
          {causes.slice(0, 4).map((cause) => {
            const { word, tone } = likelihood(cause.score);
            return (
              <li key={`${cause.kind} ${cause.at} ${cause.integration ?? ""}`} className="grid gap-0.5">
                <div className="rowx flex-wrap gap-x-2">
                  <Chip tone={tone}>{word}</Chip>
                  <b>{cause.title}</b>
                  {cause.kind === "all_failing" ? null : <span className="second">{nearness(cause.gapSeconds)}</span>}
                </div>
                <p>
                  {cause.words}, <Time at={cause.at} />.{" "}
                  {cause.event ? (
                    <Link className="link" to={eventPath(cause.event.source, cause.event.id)}>
                      See the event
                    </Link>
                  ) : cause.kind === "all_failing" && cause.integration ? (
                    <Link className="link" to={`/integrations/${encodeURIComponent(cause.integration)}`}>
                      See the integration
                    </Link>
                  ) : null}
                </p>
                {cause.groups.map((group) => (
                  <Link key={group.fingerprint} className="link tr block" to={groupPath(group.fingerprint)}>
                    {formatCount(group.count)} · {group.title}
                  </Link>
                ))}
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}

const ENDINGS: readonly PlainColumn<GroupPage["past"]["endings"][number]>[] = [
  { header: "How", cell: (each) => <>{each.how} <span className="second block">{each.by}</span></> },
  { header: "Times", numeric: true, cell: (each) => formatCount(each.count) },
  { header: "Half took at most", numeric: true, cell: (each) => <Duration seconds={each.medianSeconds} /> },
  { header: "Last", numeric: true, cell: (each) => <Time at={each.lastAt} /> },
];

/** How failures of this group ended before, and what people said about it. */
export function PastPanel({ past }: Pick<GroupPage, "past">): ReactNode {
  if (past.endings.length === 0) {
    return (
      <Panel title="What closed it before">
        <p className="second">No failure of this group was closed yet.</p>
      </Panel>
    );
  }
  return (
    <Panel title="What closed it before" lined flush>
      <PlainTable caption="What closed it before" columns={ENDINGS} rows={past.endings} rowId={(each) => `${each.how} ${each.by}`} />
      {past.notes.length > 0 ? (
        <ul className="grid gap-2 px-3.5 py-3">
          {past.notes.map((note) => (
            <li key={`${note.exceptionId} ${note.at}`}>
              <Link className="link" to={`/exceptions/${note.exceptionId}`}>
                EX-{note.exceptionId}
              </Link>{" "}
              {note.how}
              {note.note ? `: “${note.note}”` : ""}{" "}
              <span className="second">
                {note.by}, after <Duration seconds={note.tookSeconds} />
              </span>
            </li>
          ))}
        </ul>
      ) : null}
    </Panel>
  );
}

const SHOWN = 8;

/** What the group consists of; each value leads to its failures in the worklist. */
export function PartsPanel({ parts }: Pick<GroupPage, "parts">): ReactNode {
  return (
    <Panel title="Where it happens">
      <div className="grid gap-4">
        {parts.map((part) => (
          <div key={part.name}>
            <h3 className="over mb-1">{part.label}</h3>
            <ul className="grid gap-1">
              {part.values.slice(0, SHOWN).map((value) => (
                <li key={value.value} className="flex items-baseline gap-3">
                  <span className="tr min-w-0 flex-1" data-tip={value.label}>
                    {value.to ? (
                      <Link className="link" to={value.to}>
                        {value.label}
                      </Link>
                    ) : (
                      value.label
                    )}
                  </span>
                  <span className="num font-medium">{formatCount(value.count)}</span>
                </li>
              ))}
            </ul>
            {part.values.length > SHOWN ? <p className="second">and {formatCount(part.values.length - SHOWN)} more</p> : null}
          </div>
        ))}
      </div>
    </Panel>
  );
}

const MESSAGES: readonly PlainColumn<GroupPage["messages"][number]>[] = [
  {
    header: "Message",
    cell: (each) => (
      <>
        <code className="font-mono text-12 wrap-anywhere">{each.message || "no message"}</code>
        <span className="second block">{[each.class.replaceAll("_", " "), each.code].filter(Boolean).join(" · ")}</span>
      </>
    ),
  },
  { header: "Failures", numeric: true, cell: (each) => formatCount(each.count) },
  { header: "Newest", numeric: true, cell: (each) => <Link className="link" to={`/exceptions/${each.exception}`}>EX-{each.exception}</Link> },
];

/** What the errors say, as they were stored: what redaction took out is not there. */
export function MessagesPanel({ messages, pattern }: Pick<GroupPage, "messages" | "pattern">): ReactNode {
  if (messages.length === 0) {
    return (
      <Panel title="What the errors say">
        <p className="second">No system gave an error. What is missing is the step itself.</p>
      </Panel>
    );
  }
  return (
    <Panel title="What the errors say" sub={pattern ? `“${pattern}”` : undefined} lined flush>
      <PlainTable caption="What the errors say" columns={MESSAGES} rows={messages} rowId={(each) => `${each.code} ${each.message}`} />
    </Panel>
  );
}

/** Other groups that say or do nearly the same. */
export function SimilarGroups({ similar }: Pick<GroupPage, "similar">): ReactNode {
  if (similar.length === 0) return null;
  return (
    <Panel title="Similar groups">
      <ul className="grid gap-2">
        {similar.map((each) => (
          <li key={each.fingerprint} className="min-w-0">
            <Link className="link tr block" to={groupPath(each.fingerprint)} data-tip={each.title}>
              {each.title}
            </Link>
            <span className="second block">
              {each.open > 0 ? `${formatCount(each.open)} open` : "closed"}, {each.reasons.join(", ")}, last <Age since={each.lastAt} suffix="ago" />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** The splits and joins that made the group what it is, each to be undone. */
export function RulesPanel({ page, mayUndo }: { page: GroupPage; mayUndo: boolean }): ReactNode {
  const rules = page.rules.filter((rule) => !rule.system);
  if (rules.length === 0) return null;
  const { fingerprint } = page.group;
  return (
    <Panel title="Split and joined">
      <ul className="grid gap-2">
        {rules.map((rule) => (
          <li key={rule.id}>
            <div className={rule.undone ? "line-through text-ink-3" : undefined}>
              Rule {rule.id}: {rule.kind === "split" ? `split by ${DIMENSION_WORDS[rule.dimension ?? ""] ?? rule.dimension}${rule.value ? ` “${rule.value}”` : ""}` : rule.target === fingerprint ? "another group joined to this one" : "joined to another group"}
            </div>
            <span className="second block">
              {rule.by}, <Time at={rule.at} />
              {rule.reason ? `: ${rule.reason}` : ""}
              {rule.undone ? (
                <>
                  . Undone by {rule.undone.by}, <Time at={rule.undone.at} />
                </>
              ) : null}
            </span>
            <span className="rowx gap-3">
              {rule.source !== fingerprint ? <Link className="link" to={groupPath(rule.source)}>The group it came from</Link> : rule.target ? <Link className="link" to={groupPath(rule.target)}>The other group</Link> : null}
              {rule.undone || !mayUndo ? null : (
                <Link className="link" to={`${groupPath(fingerprint)}?act=undo&rule=${rule.id}`} preventScrollReset>
                  Undo
                </Link>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
