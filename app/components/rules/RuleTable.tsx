import { type ReactNode, useMemo } from "react";
import { Form, Link } from "react-router";
import type { RuleSet } from "../../ownership/rule-form.ts";
import type { RuleView } from "../../ownership/rules-page.ts";
import { Chip } from "../Chip.tsx";
import { EmptyState } from "../EmptyState.tsx";
import { formatCount } from "../format/money.ts";
import { IconButton } from "../IconButton.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";

interface Row extends RuleView {
  place: number;
}

interface RuleTableProps {
  set: RuleSet;
  rules: readonly RuleView[];
  /** Whether the person may change them. */
  editable: boolean;
}

/** The rules of one set in the order they apply, each as a sentence, with what it decides now. */
export function RuleTable({ set, rules, editable }: RuleTableProps): ReactNode {
  const columns = useMemo(() => columnsFor(set, editable, rules.length), [set, editable, rules.length]);
  const rows = useMemo(() => rules.map((rule, index) => ({ ...rule, place: index + 1 })), [rules]);
  return (
    <DataTable
      caption={set === "severity" ? "Severity rules in order" : "Ownership rules in order"}
      columns={columns}
      rows={rows}
      rowId={(row) => row.id}
      rowTo={(row) => `/rules/${set}/${row.id}`}
      rowClass={(row) => (row.active ? undefined : "text-ink-3")}
      twoLine
      cards
      keys
      blank={<EmptyState title="There are no rules yet">{set === "severity" ? "Every exception is as severe as it is marked." : "Every exception belongs to the business owner of its step."}</EmptyState>}
    />
  );
}

const columnsFor = (set: RuleSet, editable: boolean, last: number): Column<Row>[] => [
  { id: "place", header: "Order", headerHidden: true, numeric: true, width: "44px", card: "hidden", cell: (row) => <span className="text-ink-3">{row.place}</span> },
  {
    id: "rule",
    header: "When an exception is",
    card: "title",
    cell: (row) => (
      <div className="py-1.5 whitespace-normal">
        <div className="t">
          <Link to={`/rules/${set}/${row.id}`} className="hover:underline">
            {row.name}
          </Link>{" "}
          {row.active ? null : <Chip tone="outline">Switched off</Chip>}
        </div>
        <div className="second">{row.when}</div>
      </div>
    ),
  },
  { id: "result", header: set === "severity" ? "then it is" : "it belongs to", width: "22%", card: "foot", cell: (row) => <span className="block py-1.5 font-medium whitespace-normal">{row.result}</span> },
  {
    id: "count",
    header: set === "severity" ? "Holds for" : "Decides",
    numeric: true,
    width: "92px",
    card: editable ? "foot" : "foot-end",
    cell: (row) =>
      row.count === 0 ? (
        <span className="text-ink-3">
          0<span className="fold:hidden"> exceptions</span>
        </span>
      ) : (
        <Link className="link" to={row.to} aria-label={`${formatCount(row.count)} exceptions by the rule ${row.name}`}>
          {formatCount(row.count)}
          <span className="fold:hidden">{row.count === 1 ? " exception" : " exceptions"}</span>
        </Link>
      ),
  },
  ...(editable
    ? [
        {
          id: "acts",
          header: "Change",
          headerHidden: true,
          width: "112px",
          card: "foot-end" as const,
          cell: (row: Row) => (
            <Form method="post" className="flex justify-end gap-0.5" preventScrollReset>
              <input type="hidden" name="set" value={set} />
              <input type="hidden" name="id" value={row.id} />
              {row.place > 1 ? <IconButton quiet icon="up" type="submit" name="change" value="up" label={`Move ${row.name} up`} /> : null}
              {row.place < last ? <IconButton quiet icon="down" type="submit" name="change" value="down" label={`Move ${row.name} down`} /> : null}
              <IconButton quiet icon={row.active ? "paused" : "check"} type="submit" name="change" value="switch" label={`Switch ${row.name} ${row.active ? "off" : "on"}`} />
            </Form>
          ),
        },
      ]
    : []),
];
