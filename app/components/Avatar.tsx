import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import { initials } from "./format/initials.ts";

/** A person's initials; the name stands beside it or is read aloud with `alone`. */
export function Avatar({ name, large = false, alone = false }: { name: string; large?: boolean; alone?: boolean }): ReactNode {
  return (
    <span className={cx("av", large && "av-l")} data-tip={alone ? name : undefined}>
      <span aria-hidden="true">{initials(name)}</span>
      {alone ? <span className="vh">{name}</span> : null}
    </span>
  );
}

/** Who it belongs to, or that it belongs to nobody. */
export function Person({ name }: { name: string | null }): ReactNode {
  if (name === null) return <span className="text-ink-3">Unassigned</span>;
  return (
    <span className="rowx gap-1.5">
      <Avatar name={name} />
      <span className="tr" data-tip={name}>
        {name}
      </span>
    </span>
  );
}
