import type { ReactNode } from "react";
import { Link } from "react-router";
import { Icon } from "./Icon.tsx";

export interface ActiveFilter {
  /** `Process`, `Amount from` … */
  name: string;
  /** `is` by default. */
  operator?: string;
  value: string;
  /** The same list without this filter. */
  removeTo: string;
}

/** The filters in force, each removable by a link. */
export function FilterChips({ filters, clearTo }: { filters: readonly ActiveFilter[]; clearTo?: string }): ReactNode {
  return (
    <>
      {filters.map((filter) => (
        <span key={`${filter.name} ${filter.value}`} className="fchip">
          <span className="op">
            {filter.name} {filter.operator ?? "is"}
          </span>
          <span className="val" data-tip={filter.value.length > 24 ? filter.value : undefined}>
            {filter.value}
          </span>
          <Link to={filter.removeTo} aria-label={`Remove ${filter.name} ${filter.operator ?? "is"} ${filter.value}`} preventScrollReset>
            <Icon name="x" size="s" />
          </Link>
        </span>
      ))}
      {clearTo && filters.length > 1 ? (
        <Link className="link" to={clearTo}>
          Clear all
        </Link>
      ) : null}
    </>
  );
}
