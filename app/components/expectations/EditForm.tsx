import type { ReactNode } from "react";
import { Form } from "react-router";
import type { FormValues, Problems } from "../../expectations/edit.ts";
import { Button } from "../Button.tsx";
import { type Option, Select, Textarea, TextField } from "../fields/Field.tsx";
import { Note } from "../Note.tsx";

interface EditFormProps {
  values: FormValues;
  problems: Problems;
  /** What hindered the whole change. */
  problem: string | null;
  reason: string;
  base: number;
  calendars: readonly Option[];
  /** What was looked at; only that may be saved. null: nothing was yet. */
  seen: string | null;
}

const LEVELS = [
  ["critical", "Critical"],
  ["high", "High"],
  ["normal", "Normal"],
  ["low", "Low"],
] as const;

/** The rule as an administrator changes it: first what it would do, then the change itself, with its reason. */
export function EditForm({ values, problems, problem, reason, base, calendars, seen }: EditFormProps): ReactNode {
  return (
    <Form method="post" className="stack" aria-label="Change this expectation" preventScrollReset>
      <input type="hidden" name="base" value={base} />
      <input type="hidden" name="seen" value={seen ?? ""} />
      {problem ? (
        <Note tone="stop" alert>
          {problem}
        </Note>
      ) : null}
      <fieldset className="grid grid-cols-2 gap-3 fold:grid-cols-4">
        <legend className="second mb-1">Time allowed, such as 4 h, 2 d or 1 d 4 h</legend>
        {LEVELS.map(([name, label]) => (
          <TextField key={name} label={label} name={name} defaultValue={values[name]} problem={problems[name]} required maxLength={40} />
        ))}
      </fieldset>
      <div className="grid gap-3 fold:grid-cols-2">
        <Select label="Counted in" name="calendar" options={calendars} defaultValue={values.calendar} problem={problems.calendar} />
        <TextField label="At risk from (per cent of the time)" name="warnAt" inputMode="numeric" defaultValue={values.warnAt} problem={problems.warnAt} required maxLength={3} />
      </div>
      <Textarea
        label="Only if"
        name="when"
        defaultValue={values.when}
        problem={problems.when}
        maxLength={4000}
        hint="One test per line, all must hold; empty: always. Such as: amount at least CHF 10000.00, EUR 10000.00 · criticality is one of critical, high · attribute payer equals &quot;insurance&quot;"
      />
      <details open={values.pauseFrom !== "" || Boolean(problems.pauseFrom ?? problems.pauseUntil ?? problems.pauseAtMost)}>
        <summary className="link">The clock stands still while a third party is waited for</summary>
        <div className="mt-2 grid gap-3 fold:grid-cols-3">
          <TextField label="From (event types, by commas)" name="pauseFrom" defaultValue={values.pauseFrom} problem={problems.pauseFrom} maxLength={1000} />
          <TextField label="Until (event types)" name="pauseUntil" defaultValue={values.pauseUntil} problem={problems.pauseUntil} maxLength={1000} />
          <TextField label="At most" name="pauseAtMost" defaultValue={values.pauseAtMost} problem={problems.pauseAtMost} maxLength={40} />
        </div>
      </details>
      <TextField label="Reason, kept with the version and in the audit trail" name="reason" defaultValue={reason} maxLength={500} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" name="intent" value="preview" variant={seen !== null ? "default" : "primary"}>
          Show what it would change
        </Button>
        <Button type="submit" name="intent" value="save" variant={seen !== null ? "primary" : "default"} blocked={seen !== null ? null : "Look at what it would change first"}>
          Save as a new version
        </Button>
      </div>
    </Form>
  );
}
