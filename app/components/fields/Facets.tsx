import { type ReactNode, useRef } from "react";
import { Form, useSubmit } from "react-router";
import { Button } from "../Button.tsx";
import { cx } from "../cx.ts";
import { formatCount } from "../format/money.ts";
import { Icon, type IconName } from "../Icon.tsx";
import { CheckBox } from "./Checkbox.tsx";

export interface FacetOption {
  value: string;
  label: string;
  /** Under all other filters. Null when it could not be counted. */
  count: number | null;
  icon?: IconName;
  selected: boolean;
}

export interface FacetGroup {
  /** The name in the URL. */
  name: string;
  label: string;
  options: readonly FacetOption[];
  /** `8 more facilities`: a link to the whole list. */
  more?: ReactNode;
}

interface FacetsProps {
  groups: readonly FacetGroup[];
  /** Filters set elsewhere, which must survive a change here (never the cursor: a new filter starts at the first page). */
  keep: readonly (readonly [name: string, value: string])[];
}

/**
 * Filters with counts, as one GET form: each tick submits itself, and without JavaScript a button does. Zero stays
 * visible. Below 1,120 px the filters fold behind a button.
 */
export function Facets({ groups, keep }: FacetsProps): ReactNode {
  const submit = useSubmit();
  const fold = useRef<HTMLDetailsElement>(null);
  const chosen = groups.reduce((sum, group) => sum + group.options.filter((option) => option.selected).length, 0);
  return (
    <details className="facets-fold" ref={fold}>
      <summary className="btn">
        <Icon name="filter" />
        Filters{chosen > 0 ? ` ${chosen}` : ""}
      </summary>
      <Form method="get" className="facets" aria-label="Filters" preventScrollReset onChange={(event) => void submit(event.currentTarget, { preventScrollReset: true })}>
        {keep.map(([name, value]) => (
          <input key={`${name}=${value}`} type="hidden" name={name} value={value} />
        ))}
        {groups.map((group) => (
          <fieldset key={group.name}>
            <legend>{group.label}</legend>
            {group.options.map((option) => (
              // Keyed by its state too: after "Back" the box must follow the URL.
              <label key={`${option.value} ${option.selected}`} className={cx("facet", option.count === 0 && !option.selected && "zero")}>
                <CheckBox name={group.name} value={option.value} defaultChecked={option.selected} />
                {option.icon ? <Icon name={option.icon} /> : null}
                <span className="tr" data-tip={option.label.length > 18 ? option.label : undefined}>
                  {option.label}
                </span>
                <span className="c">{option.count === null ? "–" : formatCount(option.count)}</span>
              </label>
            ))}
            {group.more}
          </fieldset>
        ))}
        <span className="only-nojs">
          <Button type="submit">Apply filters</Button>
        </span>
      </Form>
    </details>
  );
}
