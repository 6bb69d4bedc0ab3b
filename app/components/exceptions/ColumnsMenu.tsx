import type { ReactNode } from "react";
import { Form } from "react-router";
import { WORKLIST_COLUMNS, type WorklistColumn } from "#queries/model/worklist-columns.ts";
import { Button } from "../Button.tsx";
import { Checkbox } from "../fields/Checkbox.tsx";
import { Icon } from "../Icon.tsx";
import { Popdown } from "../overlay/Popdown.tsx";

const LABELS: Readonly<Record<WorklistColumn, string>> = {
  status: "Status", facility: "Facility", process: "Process", step: "Step", integration: "Integration", counterparty: "With", money: "Money", age: "Age", lastSeen: "Last seen", times: "Times seen", sla: "Due", owner: "Owner",
};

/** Which columns the list shows: one GET form, kept in the address and so in a saved view. `keep`: every other parameter. */
export function ColumnsMenu({ shown, keep }: { shown: readonly WorklistColumn[]; keep: readonly (readonly [name: string, value: string])[] }): ReactNode {
  return (
    <Popdown
      className="hide-s"
      summaryClass="btn"
      summary={
        <>
          <Icon name="columns" />
          Columns
        </>
      }
    >
      <Form method="get" className="grid gap-0.5 px-2 pb-1" aria-label="Columns">
        {keep.map(([name, value]) => (
          <input key={`${name}=${value}`} type="hidden" name={name} value={value} />
        ))}
        {WORKLIST_COLUMNS.map((column) => (
          <Checkbox key={`${column} ${shown.includes(column)}`} name="cols" value={column} defaultChecked={shown.includes(column)}>
            {LABELS[column]}
          </Checkbox>
        ))}
        <Button type="submit">Show these</Button>
      </Form>
    </Popdown>
  );
}
