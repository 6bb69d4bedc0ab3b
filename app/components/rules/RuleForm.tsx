import type { ReactNode } from "react";
import type { Fields, RuleSet } from "../../ownership/rule-form.ts";
import type { RuleChoices } from "../../ownership/rules-page.ts";
import { Checkbox } from "../fields/Checkbox.tsx";
import { Icon } from "../Icon.tsx";
import { Select, Textarea, TextField, type Option } from "../fields/Field.tsx";

interface RuleFormProps {
  set: RuleSet;
  fields: Fields;
  choices: RuleChoices;
  problem: { field: string | null; text: string } | null;
}

const EFFECTS = (levels: readonly Option[]): Option[] => [...levels.map((level) => ({ value: `at_least:${level.value}`, label: `at least ${level.label}` })), { value: "raise", label: "one level higher" }, { value: "lower", label: "one level lower" }];
const REFUSALS: readonly Option[] = [
  { value: "any", label: "Anything" },
  { value: "no", label: "Anything but a plain no" },
  { value: "yes", label: "Only a plain no: the step went well and the answer was no" },
];

/** The fields of one rule. What is left empty asks nothing. */
export function RuleForm({ set, fields, choices, problem }: RuleFormProps): ReactNode {
  const one = (name: string): string => fields[name]?.[0] ?? "";
  const wrong = (name: string): string | null => (problem?.field === name ? problem.text : null);
  return (
    <div className="grid gap-4">
      <TextField label="Name" name="name" defaultValue={one("name")} maxLength={80} required problem={wrong("name")} />
      <fieldset className="grid gap-x-4 gap-y-1 fold:grid-cols-2">
        <legend className="legend mb-1">When an exception is (of each list that has a choice, one must fit)</legend>
        {choices.lists.map((list) => (
          <Choices key={list.name} {...list} chosen={fields[list.name] ?? []} />
        ))}
      </fieldset>
      <div className="grid gap-4 fold:grid-cols-2">
        <TextField label="With (suppliers, customers, payers)" name="counterparty" defaultValue={one("counterparty")} hint="Numbers or names, separated by commas" />
        <Select label="Answers" name="refusal" options={REFUSALS} defaultValue={one("refusal") || "any"} />
      </div>
      {set === "severity" ? <SeverityFields one={one} wrong={wrong} choices={choices} /> : <Select label="Then it belongs to" name="to" options={choices.owners} placeholder="Choose" defaultValue={one("to")} required problem={wrong("to")} />}
      <Checkbox name="active" defaultChecked={(fields["active"] ?? []).length > 0}>
        This rule is in force
      </Checkbox>
      {/* the place of a rule that is there already is changed in the list */}
      {fields["place"] === undefined ? null : <Select label="Place" name="place" options={[{ value: "", label: "Last" }, ...choices.others.map((other) => ({ value: other.value, label: `Before “${other.label}”` }))]} defaultValue={one("place")} />}
    </div>
  );
}

function SeverityFields({ one, wrong, choices }: { one: (name: string) => string; wrong: (name: string) => string | null; choices: RuleChoices }): ReactNode {
  return (
    <>
      <div className="grid gap-4 fold:grid-cols-[200px_minmax(0,1fr)]">
        <Select label="Money" name="amount" options={[{ value: "none", label: "any amount" }, { value: "at_least", label: "this much or more" }, { value: "below", label: "less than this" }]} defaultValue={one("amount") || "none"} />
        <Textarea label="Amounts, one per currency" name="amounts" rows={2} defaultValue={one("amounts")} hint="CHF 50000.00, EUR 50000.00. A currency that is not named does not fulfil it" problem={wrong("amounts")} />
      </div>
      <div className="grid gap-4 fold:grid-cols-[200px_minmax(0,1fr)_minmax(0,1fr)]">
        <Select label="Clock" name="late" options={[{ value: "none", label: "any" }, { value: "at_risk", label: "little time left" }, { value: "overdue", label: "past its due time" }]} defaultValue={one("late") || "none"} />
        <TextField label="by more than" name="lateBy" defaultValue={one("lateBy")} hint="2 days, 4 h; empty: at once" problem={wrong("lateBy")} />
        <Select label="counted in" name="lateCalendar" options={choices.calendars} defaultValue={one("lateCalendar") || "facility"} />
      </div>
      <div className="grid gap-4 fold:grid-cols-[200px_minmax(0,1fr)]">
        <TextField label="Open for more than" name="openFor" defaultValue={one("openFor")} hint="Empty: however long" problem={wrong("openFor")} />
        <Select label="counted in" name="openCalendar" options={choices.calendars} defaultValue={one("openCalendar") || "facility"} />
      </div>
      <div className="grid gap-4 fold:grid-cols-[200px_minmax(0,1fr)]">
        <Select label="Then it is" name="effect" options={EFFECTS(choices.severities)} defaultValue={one("effect") || "raise"} />
        <TextField label="because" name="because" defaultValue={one("because")} maxLength={300} required hint="Completes “Critical because …”. {amount}, {limit}, {time}, {facility}, {counterparty}, {step} and {process} are filled in" problem={wrong("because")} />
      </div>
    </>
  );
}

/** A list to choose from, folded while nothing of it is chosen. */
function Choices({ name, label, options, chosen }: { name: string; label: string; options: readonly Option[]; chosen: readonly string[] }): ReactNode {
  const gone = chosen.filter((value) => !options.some((option) => option.value === value)).map((value) => ({ value, label: value }));
  const named = [...gone, ...options].filter((option) => chosen.includes(option.value)).map((option) => option.label);
  return (
    <details open={chosen.length > 0 && options.length <= 12}>
      <summary className="flex min-h-6 cursor-pointer items-center gap-1.5 py-0.5">
        <Icon name="down" size="s" />
        <span className="font-medium">{label}</span>
        <span className="second tr" data-tip={named.length > 1 ? named.join(", ") : undefined}>
          {named.length === 0 ? "any" : named.join(", ")}
        </span>
      </summary>
      <div role="group" aria-label={label} className="mt-1 mb-2 grid max-h-60 gap-x-4 overflow-y-auto rounded border border-line px-3 py-2" tabIndex={options.length > 8 ? 0 : undefined}>
        {[...gone, ...options].map((option) => (
          <Checkbox key={option.value} name={name} value={option.value} defaultChecked={chosen.includes(option.value)}>
            {option.label}
          </Checkbox>
        ))}
      </div>
    </details>
  );
}
