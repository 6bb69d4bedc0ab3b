import type { ReactNode } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import type { GroupActName } from "../../groups/decisions.ts";
import type { GroupPage } from "../../groups/page.ts";
import { Button, ButtonLink } from "../Button.tsx";
import type { ActChoices } from "../exceptions/ActFields.tsx";
import { RadioGroup } from "../fields/Checkbox.tsx";
import { Select, Textarea, TextField } from "../fields/Field.tsx";
import { formatCount } from "../format/money.ts";
import { Icon, type IconName } from "../Icon.tsx";
import { useKey } from "../keys/KeysProvider.tsx";
import { FormDialog, useHydrated } from "../overlay/FormDialog.tsx";
import { Popdown } from "../overlay/Popdown.tsx";
import { ReplayDrawer } from "../replays/ReplayDrawer.tsx";
import { DIMENSION_WORDS, groupPath } from "./words.ts";

interface GroupActsProps {
  page: GroupPage;
  /** What role, scope and the group's state allow. */
  acts: readonly GroupActName[];
  choices: ActChoices;
  /** Why no replay can be asked for; null if it can. */
  replayBlocked: string | null;
}

const ACTS: Record<GroupActName, { label: string; icon: IconName; shortcut: string | null }> = {
  assign: { label: "Assign", icon: "user", shortcut: "a" },
  mute: { label: "Mute …", icon: "bell", shortcut: "z" },
  unmute: { label: "Unmute …", icon: "bell", shortcut: "z" },
  cause: { label: "Name the cause …", icon: "book", shortcut: "n" },
  comment: { label: "Comment", icon: "chat", shortcut: "c" },
  split: { label: "Split …", icon: "split", shortcut: null },
  merge: { label: "Join to another …", icon: "layers", shortcut: null },
  undo: { label: "Undo", icon: "replay", shortcut: null },
};
const IN_SIGHT: readonly GroupActName[] = ["assign", "mute", "unmute", "cause"];

/** The buttons above a group. Each act is an address (`?act=mute`), so that it works without JavaScript and can be linked. */
export function GroupActs({ page, acts, choices, replayBlocked }: GroupActsProps): ReactNode {
  const { search } = useLocation();
  const navigate = useNavigate();
  const hydrated = useHydrated();
  const asked = new URLSearchParams(search);
  const act = acts.find((each) => each === asked.get("act")) ?? null;
  const to = groupPath(page.group.fingerprint);
  const close = (): void => void navigate(to, { replace: true, preventScrollReset: true });
  const offered = acts.filter((each) => each !== "undo");
  useKey("r", replayBlocked ? null : { label: "Preview replay", group: "This group", run: () => void navigate(`${to}?replay`, { preventScrollReset: true }) });
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 noprint">
        {offered.filter((each) => IN_SIGHT.includes(each)).map((each) => (
          <ActLink key={each} act={each} to={to} look="btn" />
        ))}
        {offered.some((each) => !IN_SIGHT.includes(each)) ? (
          <Popdown
            summaryClass="btn"
            summary={
              <>
                <Icon name="more" />
                More
              </>
            }
          >
            {offered.filter((each) => !IN_SIGHT.includes(each)).map((each) => (
              <ActLink key={each} act={each} to={to} look="menu-item" />
            ))}
          </Popdown>
        ) : null}
        <ButtonLink icon="list" to={page.worklistTo}>
          In the worklist
        </ButtonLink>
        {replayBlocked ? (
          <Button variant="primary" icon="replay" blocked={replayBlocked}>
            Preview replay
          </Button>
        ) : (
          <ButtonLink variant="primary" icon="replay" to={hydrated ? `${to}?replay` : `/replays/new?fingerprint=${page.group.fingerprint}`}>
            Preview replay
          </ButtonLink>
        )}
      </div>
      {act ? (
        <FormDialog key={act} title={titleOf(act, page)} verb={verbOf(act)} version={page.group.version} cancelTo={to} onClose={close}>
          <input type="hidden" name="act" value={act} />
          <Fields act={act} page={page} choices={choices} rule={asked.get("rule")} />
        </FormDialog>
      ) : null}
      {page.ids ? <ReplayDrawer ids={page.ids} open={asked.has("replay") && replayBlocked === null} onOpenChange={(open) => !open && close()} /> : null}
    </>
  );
}

function ActLink({ act, to, look }: { act: GroupActName; to: string; look: "btn" | "menu-item" }): ReactNode {
  const navigate = useNavigate();
  const { label, icon, shortcut } = ACTS[act];
  useKey(shortcut ?? "", shortcut === null ? null : { label: label.replace(" …", ""), group: "This group", run: () => void navigate(`${to}?act=${act}`, { preventScrollReset: true }) });
  return (
    <Link className={look} to={`${to}?act=${act}`} preventScrollReset>
      <Icon name={icon} />
      {label}
      {shortcut ? (
        <kbd aria-hidden="true" className="hide-s">
          {shortcut}
        </kbd>
      ) : null}
    </Link>
  );
}

function titleOf(act: GroupActName, { group }: GroupPage): string {
  const all = group.count === 1 ? "this failure" : `all ${formatCount(group.count)} failures`;
  return {
    assign: `Assign ${all}`, mute: `Mute ${all}`, unmute: "End the mute", cause: "What probably caused it", comment: "Comment on this group", split: "Split this group", merge: "Join this group to another", undo: "Undo this",
  }[act];
}

function verbOf(act: GroupActName): string {
  return { assign: "Assign", mute: "Mute", unmute: "End the mute", cause: "Keep", comment: "Add the comment", split: "Split", merge: "Join", undo: "Undo" }[act];
}

function Fields({ act, page, choices, rule }: { act: GroupActName; page: GroupPage; choices: ActChoices; rule: string | null }): ReactNode {
  switch (act) {
    case "assign":
      return <Select label="Who takes it" name="assignee" options={[{ value: choices.me, label: "Me" }, ...choices.people.filter((person) => person.value !== choices.me), { value: "", label: "Nobody" }]} defaultValue={page.group.assignee ?? choices.me} hint="Failures that come later go to the same person." />;
    case "comment":
      return <Textarea label="Comment" name="text" required maxLength={2000} hint="Everybody who may see a failure of this group reads it." />;
    case "cause":
      return <Textarea label="Cause, as far as you know" name="text" maxLength={2000} defaultValue={page.suspected?.text ?? ""} hint="Shown with your name, as your word. Empty takes it back." />;
    case "mute":
      return (
        <>
          <p>All open failures of the group are ignored, and those that come later too, until then:</p>
          <RadioGroup legend="Until" name="mode" defaultValue="time" options={[{ value: "time", label: "a time is over" }, { value: "count", label: "it has happened so many more times" }, { value: "rate", label: "it happens so often within an hour" }]} />
          <div className="grid grid-cols-3 gap-3">
            <Select label="How long" name="hours" options={choices.periods} defaultValue="24" />
            <TextField label="More times" name="count" type="number" min={1} max={1_000_000} defaultValue={100} />
            <TextField label="Times an hour" name="rate" type="number" min={1} max={1_000_000} defaultValue={50} />
          </div>
          <Textarea label="Why, kept in the audit trail" name="reason" required maxLength={2000} />
        </>
      );
    case "unmute":
      return <Textarea label="Why, kept in the audit trail" name="reason" maxLength={2000} hint="What it ignores is open again." />;
    case "split":
      return <SplitFields page={page} />;
    case "merge":
      return (
        <>
          <p>All its failures go to the other group, those that come later too. What is decided there holds for them.</p>
          {page.similar.length > 0 ? <RadioGroup legend="The other group" name="into" options={page.similar.map((each) => ({ value: each.fingerprint, label: each.title, hint: `${formatCount(each.open)} open, ${each.reasons.join(", ")}` }))} /> : null}
          <TextField label={page.similar.length > 0 ? "Or another one by its id" : "The other group’s id"} name="other" pattern="[\w\-]{1,64}" autoComplete="off" required={page.similar.length === 0} hint="It stands on the other group’s page." />
          <Textarea label="Why, kept in the audit trail" name="reason" required maxLength={2000} />
        </>
      );
    case "undo":
      return (
        <>
          <input type="hidden" name="rule" value={rule ?? ""} />
          <p>Everything is grouped as if this had never been decided. Other decisions stay.</p>
          <Textarea label="Why, kept in the audit trail" name="reason" maxLength={2000} />
        </>
      );
  }
}

const SPLITS: readonly { part: string; dimension: string }[] = [{ part: "facility", dimension: "facility" }, { part: "integration", dimension: "integration" }, { part: "endpoint", dimension: "endpoint" }, { part: "errorCode", dimension: "code" }];
/** Single values offered for each dimension. */
const VALUES_OFFERED = 6;

function SplitFields({ page }: { page: GroupPage }): ReactNode {
  const options = SPLITS.flatMap(({ part, dimension }) => {
    const values = page.parts.find((each) => each.name === part)?.values.filter((value) => value.value !== "") ?? [];
    if (values.length < 2) return [];
    const word = DIMENSION_WORDS[dimension] ?? dimension;
    return [{ value: dimension, label: `Every ${word} by itself (${values.length} groups)` }, ...values.slice(0, VALUES_OFFERED).map((value) => ({ value: `${dimension}:${value.value}`, label: `Only ${word} ${value.label} (${formatCount(value.count)})` }))];
  });
  return (
    <>
      <p>A rule makes groups of their own, for failures that come later too. It can be undone.</p>
      <Select label="By what" name="by" required options={[...options, { value: "text", label: "What contains a text …" }]} defaultValue={options.length > 0 ? "" : "text"} placeholder="Choose" />
      <TextField label="Text in the error’s message" name="text" maxLength={200} hint="Only for a split by text; upper and lower case are the same." autoComplete="off" />
      <Textarea label="Why, kept in the audit trail" name="reason" required maxLength={2000} />
    </>
  );
}
