import { type ReactNode, useState } from "react";
import { Form, useSubmit } from "react-router";
import type { ViewFilterGroup } from "../../views/view.ts";
import { Button } from "../Button.tsx";
import { CheckBox } from "../fields/Checkbox.tsx";
import { formatCount } from "../format/money.ts";
import { Icon } from "../Icon.tsx";
import { Popdown } from "../overlay/Popdown.tsx";

/** Values of a filter from which a box to narrow them down is worth its place. */
const LONG = 12;

/**
 * The filters of a view side by side, each a button that drops its values with counts. One GET form: a tick applies at once, and without
 * JavaScript a button does. `keep`: parameters set elsewhere that must survive.
 */
export function FilterBar({ groups, keep, children }: { groups: readonly ViewFilterGroup[]; keep: readonly (readonly [string, string])[]; children?: ReactNode }): ReactNode {
  const submit = useSubmit();
  return (
    <div className="filterbar noprint">
      <Form method="get" role="search" aria-label="Filters" className="filterbar-form" preventScrollReset onChange={(event) => void submit(event.currentTarget, { preventScrollReset: true })}>
        {keep.map(([name, value]) => (
          <input key={`${name}=${value}`} type="hidden" name={name} value={value} />
        ))}
        {groups.map((group) => (
          <FilterMenu key={group.name} group={group} />
        ))}
        <span className="only-nojs">
          <Button type="submit">Apply filters</Button>
        </span>
      </Form>
      {children ? <div className="filterbar-end">{children}</div> : null}
    </div>
  );
}

function FilterMenu({ group }: { group: ViewFilterGroup }): ReactNode {
  const [typed, setTyped] = useState("");
  const chosen = group.options.filter((option) => option.selected);
  const first = chosen[0];
  const words = first === undefined ? "any" : chosen.length === 1 ? first.label : `${chosen.length} chosen`;
  const fits = (label: string): boolean => label.toLowerCase().includes(typed.trim().toLowerCase());
  return (
    <Popdown
      stays
      className="left"
      summaryClass={first ? "fsel is-set" : "fsel"}
      summary={
        <>
          <span className="op">{group.label}</span>
          <span className="val tr">{words}</span>
          <Icon name="down" size="xs" />
        </>
      }
    >
      <fieldset className="filter-menu">
        <legend className="vh">{group.label}</legend>
        {group.options.length > LONG ? (
          // No name: it narrows the choices and is no filter of its own.
          <input type="search" className="field-input only-js" aria-label={`Narrow ${group.label.toLowerCase()}`} placeholder="Narrow down" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} onInput={(event) => event.stopPropagation()} />
        ) : null}
        {group.options.length === 0 ? <span className="second px-1">Nothing to choose from</span> : null}
        {group.options.map((option) => (
          // Keyed by its state too: after "Back" the box must follow the URL.
          <label key={`${option.value} ${option.selected}`} className="facet" hidden={!fits(option.label)}>
            <CheckBox name={group.name} value={option.value} defaultChecked={option.selected} />
            <span className="tr" data-tip={option.label.length > 32 ? option.label : undefined}>
              {option.label}
            </span>
            {option.count === null ? null : <span className="c">{formatCount(option.count)}</span>}
          </label>
        ))}
      </fieldset>
    </Popdown>
  );
}
