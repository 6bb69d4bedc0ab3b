import type { ReactNode } from "react";
import { Link } from "react-router";
import { objectNoun } from "../../exceptions/labels.ts";
import type { RelatedGroup } from "../../objects/story.ts";
import { Panel } from "../Panel.tsx";

/** Objects of a type that are shown before the rest folds. */
const OPEN = 8;

/** The objects met in this one's events, by type; many of one type fold, so that an order of 200 items stays readable. */
export function RelatedPanel({ groups, cut }: { groups: readonly RelatedGroup[]; cut: boolean }): ReactNode {
  const count = groups.reduce((sum, group) => sum + group.items.length, 0);
  return (
    <Panel title="Related objects" sub={cut ? `the first ${count}` : count}>
      {count === 0 ? <p className="second">Its events name no other object.</p> : null}
      <div className="stack gap-3">
        {groups.map((group) => (
          <div key={group.type}>
            <h3 className="over mb-1">
              {objectNoun(group.type)} <span className="font-normal">{group.items.length}</span>
            </h3>
            <Items items={group.items.slice(0, OPEN)} />
            {group.items.length > OPEN ? (
              <details className="as-table">
                <summary>Show the other {group.items.length - OPEN}</summary>
                <Items items={group.items.slice(OPEN)} />
              </details>
            ) : null}
          </div>
        ))}
      </div>
    </Panel>
  );
}

function Items({ items }: { items: RelatedGroup["items"] }): ReactNode {
  return (
    <ul className="grid grid-cols-1 gap-x-4 fold:grid-cols-2">
      {items.map((item) => (
        <li key={`${item.namespace} ${item.id}`} className="rowx min-w-0 gap-2">
          <Link className="link tr max-w-[60%] flex-none py-0.5" to={item.to} data-tip={item.id.length > 24 ? item.id : undefined}>
            {item.id}
          </Link>
          <span className="second tr" data-tip={item.via}>
            {item.via}
          </span>
        </li>
      ))}
    </ul>
  );
}
