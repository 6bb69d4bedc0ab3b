import type { ReactNode } from "react";
import type { PolicyFields as Values } from "../../sla/policy-form.ts";
import { Checkbox, RadioGroup } from "../fields/Checkbox.tsx";
import { type Option, Select, Textarea, TextField } from "../fields/Field.tsx";
import { Icon } from "../Icon.tsx";
import { Panel } from "../Panel.tsx";

export interface PolicyChoices {
  processes: readonly Option[];
  facilities: readonly Option[];
  entities: readonly Option[];
  roles: readonly Option[];
  teams: readonly Option[];
  webhooks: readonly Option[];
}

interface FieldsProps {
  values: Values;
  choices: PolicyChoices;
  problems: Readonly<Record<string, string>> | null;
}

function Boxes({ legend, name, options, chosen, fold = false }: { legend: string; name: string; options: readonly Option[]; chosen: readonly string[]; fold?: boolean }): ReactNode {
  const boxes = (
    <div className="flex flex-wrap gap-x-4">
      {options.map((option) => (
        <Checkbox key={option.value} name={name} value={option.value} defaultChecked={chosen.includes(option.value)}>
          {option.label}
        </Checkbox>
      ))}
    </div>
  );
  if (!fold) {
    return (
      <fieldset>
        <legend className="legend">{legend}</legend>
        {boxes}
      </fieldset>
    );
  }
  return (
    <details open={chosen.length > 0}>
      <summary className="legend flex min-h-6 cursor-pointer items-center gap-1">
        <Icon name="down" size="s" />
        {legend}
        {chosen.length > 0 ? `: ${chosen.length} chosen` : ""}
      </summary>
      <fieldset>
        <legend className="vh">{legend}</legend>
        {boxes}
      </fieldset>
    </details>
  );
}

const KINDS: Option[] = [{ value: "failed", label: "Failed" }, { value: "overdue", label: "Overdue" }, { value: "mismatch", label: "Mismatch" }, { value: "rejected", label: "Rejected" }];
const SEVERITIES: Option[] = [{ value: "critical", label: "Critical" }, { value: "high", label: "High" }, { value: "normal", label: "Medium" }, { value: "low", label: "Low" }];
const OWNERS: Option[] = [{ value: "business", label: "The business owner of the step" }, { value: "technical", label: "The technical owner of the step" }, { value: "assignee", label: "Whoever has taken it" }];
const AFTER: Option[] = [["PT30M", "30 minutes"], ["PT1H", "1 hour"], ["PT2H", "2 hours"], ["PT4H", "4 hours"], ["PT8H", "8 hours"], ["P1D", "1 day"], ["P2D", "2 days"], ["P5D", "5 days"]].map(([value = "", label = ""]) => ({ value, label }));
const WINDOWS: Option[] = [["PT0S", "at once"], ["PT2S", "2 seconds"], ["PT20S", "20 seconds"], ["PT1M", "1 minute"], ["PT5M", "5 minutes"], ["PT15M", "15 minutes"], ["PT1H", "1 hour"]].map(([value = "", label = ""]) => ({ value, label }));
const SPACINGS: Option[] = [["PT0S", "no pause"], ["PT1M", "1 minute"], ["PT5M", "5 minutes"], ["PT15M", "15 minutes"], ["PT30M", "30 minutes"], ["PT1H", "1 hour"], ["PT4H", "4 hours"]].map(([value = "", label = ""]) => ({ value, label }));
const EVERY: Option[] = [{ value: "day", label: "Every day" }, { value: "weekday", label: "Every working day" }, { value: "week", label: "Once a week" }];
const WEEKDAYS: Option[] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"].map((label, index) => ({ value: String(index + 1), label }));

/** A list that also offers a value somebody wrote by other means. */
const withValue = (options: readonly Option[], value: string): readonly Option[] => (value === "" || options.some((option) => option.value === value) ? options : [...options, { value, label: value }]);

/** The fields of a policy: what, who, when. */
export function PolicyFields({ values, choices, problems }: FieldsProps): ReactNode {
  return (
    <>
      <Panel title="Policy">
        <div className="grid gap-3">
          <TextField label="Name" name="name" defaultValue={values.name} required maxLength={120} problem={problems?.name} />
          <Textarea label="What it is for" name="description" defaultValue={values.description} maxLength={1000} rows={2} />
          <Checkbox name="enabled" defaultChecked={values.enabled}>
            In force
          </Checkbox>
          <Checkbox name="open" defaultChecked={values.open}>
            Anybody who signs in may follow it
          </Checkbox>
        </div>
      </Panel>
      <Panel title="Of what" sub="the worklist’s own filter; nothing chosen means everything">
        <div className="grid gap-3">
          <Boxes legend="Severity" name="severity" options={SEVERITIES} chosen={values.severity} />
          <Boxes legend="Kind" name="kind" options={KINDS} chosen={values.kind} />
          <Boxes legend="Process" name="process" options={choices.processes} chosen={values.process} />
          <Boxes legend="Facilities" name="facility" options={choices.facilities} chosen={values.facility} fold />
          <TextField label="Amount from" name="amountMin" inputMode="decimal" defaultValue={values.amountMin} hint="In each amount’s own currency, such as 10000.00." problem={problems?.amountMin} />
          <TextField label="Further filters" name="rest" defaultValue={values.rest} hint="Paste the address of a worklist, such as /exceptions?step=finance.customer_invoice.exported" problem={problems?.rest ?? problems?.filter} />
        </div>
      </Panel>
      <Panel title="Who is told">
        <div className="grid gap-3">
          {problems?.to ? <p className="t-stop">{problems.to}</p> : null}
          <Boxes legend="Roles, each in their own scope" name="roles" options={choices.roles} chosen={values.roles} />
          <Boxes legend="By the exception" name="owners" options={OWNERS} chosen={values.owners} />
          <Boxes legend="Teams of the catalogue" name="teams" options={choices.teams} chosen={values.teams} fold />
          {choices.webhooks.length > 0 ? <Boxes legend="Webhooks" name="webhooks" options={choices.webhooks} chosen={values.webhooks} /> : null}
          <Textarea label="People and addresses" name="addresses" rows={2} defaultValue={values.addresses} hint="One e-mail address a line. People who sign in see their own scope." problem={problems?.addresses} />
          <Boxes legend="Addresses without a sign-in see only these companies" name="addressEntities" options={choices.entities} chosen={values.addressEntities} fold />
        </div>
      </Panel>
      <Panel title="When">
        <div className="grid gap-3">
          {problems?.when ? <p className="t-stop">{problems.when}</p> : null}
          <fieldset>
            <legend className="legend">A mail</legend>
            <Checkbox name="opened" defaultChecked={values.opened}>when it is found</Checkbox>
            <Checkbox name="warning" defaultChecked={values.warning}>
              before it is late, at the warning share of the time
              <span className="second block">Nothing is an exception yet: severity then means the criticality of the order or invoice.</span>
            </Checkbox>
            <Checkbox name="breach" defaultChecked={values.breach}>when it passes its due time</Checkbox>
          </fieldset>
          <div className="grid gap-3 fold:grid-cols-2">
            <Select label="Gather for" name="window" options={withValue(WINDOWS, values.window)} defaultValue={values.window} hint="What comes within this time of the first is one mail." problem={problems?.grouping} />
            <Select label="Pause after a mail" name="spacing" options={withValue(SPACINGS, values.spacing)} defaultValue={values.spacing} hint="A storm is one mail and then one more after the pause." />
          </div>
          <Checkbox name="quiet" defaultChecked={values.quiet}>
            Readers’ quiet hours hold, except for what is critical
          </Checkbox>
          <div className="grid gap-3 fold:grid-cols-3">
            <Select label="Digest" name="every" placeholder="None" options={EVERY} defaultValue={values.every} problem={problems?.digest} />
            <Select label="On" name="weekday" options={WEEKDAYS} defaultValue={values.weekday} hint="For once a week." />
            <TextField label="At" name="at" type="time" defaultValue={values.at} hint="The reader’s own time." />
          </div>
        </div>
      </Panel>
      <Panel title="If nothing happens" sub="further people, after a time">
        <div className="grid gap-4">
          {values.escalations.map((step, index) => (
            // Steps have no identity of their own beyond their place.
            // oxlint-disable-next-line react/no-array-index-key
            <details key={index} open={step.after !== "" || problems?.[`escalation${index}`] !== undefined}>
              <summary className="legend flex min-h-6 cursor-pointer items-center gap-1">
                <Icon name="down" size="s" />
                Step {index + 1}
                {step.after === "" ? ": none" : ""}
              </summary>
              <div className="grid gap-3 pt-2">
                {problems?.[`escalation${index}`] ? <p className="t-stop">{problems[`escalation${index}`]}</p> : null}
                <div className="grid gap-3 fold:grid-cols-2">
                  <Select label="After" name={`escalation${index}.after`} placeholder="No such step" options={withValue(AFTER, step.after)} defaultValue={step.after} />
                  <Select label="Counted in" name={`escalation${index}.calendar`} options={withValue([{ value: "facility", label: "Working time of the facility" }, { value: "always", label: "Elapsed time" }], step.calendar)} defaultValue={step.calendar} />
                </div>
                <RadioGroup legend="If then" name={`escalation${index}.unless`} defaultValue={step.unless} options={[{ value: "taken", label: "nobody has taken it" }, { value: "closed", label: "it is not closed" }]} />
                <Boxes legend="Tell" name={`escalation${index}.roles`} options={choices.roles} chosen={step.roles} />
                <Textarea label="People and addresses" name={`escalation${index}.addresses`} rows={2} defaultValue={step.addresses} />
              </div>
            </details>
          ))}
        </div>
      </Panel>
    </>
  );
}
