import type { ReactNode } from "react";
import type { ActName } from "../../exceptions/lifecycle.ts";
import { RadioGroup } from "../fields/Checkbox.tsx";
import { MentionField } from "../worklists/MentionField.tsx";
import { type Option, Select, Textarea, TextField } from "../fields/Field.tsx";

/** What the forms choose from; it comes with the page, so that the browser loads no rules of the server. */
export interface ActChoices {
  people: readonly Option[];
  me: string;
  resolutions: readonly Option[];
  periods: readonly Option[];
}

/** The fields of one act. */
export function ActFields({ act, choices, assignee }: { act: ActName; choices: ActChoices; assignee?: string | null }): ReactNode {
  switch (act) {
    case "assign":
      return <Select label="Who takes it" name="assignee" options={[{ value: choices.me, label: "Me" }, ...choices.people.filter((person) => person.value !== choices.me), { value: "", label: "Nobody" }]} defaultValue={assignee ?? choices.me} />;
    case "acknowledge":
      return <p>It is marked as in work, and everybody sees that somebody looks after it.</p>;
    case "comment":
      return <MentionField label="Comment" name="text" people={choices.people.filter((person) => person.value !== choices.me)} hint="Everybody who may see this exception reads it. @ and a name puts it into their queue." />;
    case "resolve":
      return (
        <>
          <Select label="What resolved it" name="code" required placeholder="Choose a reason" options={choices.resolutions} defaultValue="" />
          <Textarea label="Note, kept in the audit trail" name="note" maxLength={2000} hint="Shown as resolved by you, not verified. It opens again if the trouble is seen again." />
        </>
      );
    case "ignore":
      return (
        <>
          <RadioGroup legend="Until" name="mode" defaultValue="time" options={[{ value: "time", label: "a time is over" }, { value: "count", label: "it has happened so many more times" }]} />
          <div className="grid grid-cols-2 gap-3">
            <Select label="How long" name="hours" options={choices.periods} defaultValue="24" />
            <TextField label="How many more times" name="count" type="number" min={1} max={1_000_000} defaultValue={10} />
          </div>
          <Textarea label="Why, kept in the audit trail" name="reason" required maxLength={2000} />
        </>
      );
    case "wait":
      return (
        <>
          <TextField label="Whom it waits for" name="party" required maxLength={200} hint="Such as the supplier, the bank, the payer." />
          <div className="grid grid-cols-2 gap-3">
            <Select label="For how long at most" name="hours" options={choices.periods} defaultValue="72" />
            <TextField label="Or until the morning of" name="day" type="date" />
          </div>
          <p className="second">When the time is over it is open again, and stands in your queue as a reminder.</p>
        </>
      );
    case "reopen":
      return <Textarea label="Why, kept in the audit trail" name="reason" maxLength={2000} />;
  }
}

/** The verb on the button that does it, with how many it is done to. */
export function actVerb(act: ActName, count: number): string {
  const many = count === 1 ? "" : ` ${count}`;
  return { assign: `Assign${many}`, acknowledge: `Take on${many}`, comment: "Add the comment", resolve: `Resolve${many}`, ignore: `Ignore${many}`, wait: `Set${many} to waiting`, reopen: `Reopen${many}` }[act];
}

/** The title of its dialog. */
export function actTitle(act: ActName, what: string): string {
  return { assign: `Assign ${what}`, acknowledge: `Take on ${what}`, comment: `Comment on ${what}`, resolve: `Resolve ${what}`, ignore: `Ignore ${what} for now`, wait: `${what}: wait for somebody else`, reopen: `Reopen ${what}` }[act];
}
