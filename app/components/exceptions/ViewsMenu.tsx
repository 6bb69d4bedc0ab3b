import type { ReactNode } from "react";
import { Form, Link } from "react-router";
import type { CountedView, ViewsShown } from "../../worklists/views.ts";
import { formatCount } from "../format/money.ts";
import { Icon } from "../Icon.tsx";
import { Popdown } from "../overlay/Popdown.tsx";
import type { TabItem } from "../Tabs.tsx";

/** Tabs before the rest folds into the menu. */
const TABS = 8;

/** The views that stand as tabs: the first ones, own ones before the later shipped ones, and always the one in force. */
export function viewTabs({ views }: ViewsShown): TabItem[] {
  const first = inOrder(views);
  const shown = first.filter((view, index) => index < TABS || view.current);
  return shown.map((view) => ({ label: view.name, to: view.to, count: view.count, current: view.current }));
}

function inOrder(views: readonly CountedView[]): CountedView[] {
  const standard = views.filter((view) => view.kind === "standard");
  return [...standard.slice(0, 2), ...views.filter((view) => view.kind === "own"), ...standard.slice(2), ...views.filter((view) => view.kind === "shared")];
}

interface ViewsMenuProps {
  shown: ViewsShown;
  /** The list's own address, for saving it. */
  given: string;
  /** Whether the person watches the view in force. */
  watching: boolean;
}

/** All views, and what can be done with the one in force: save, change, open with it, watch it. Links and forms only. */
export function ViewsMenu({ shown, given, watching }: ViewsMenuProps): ReactNode {
  const { current, chosen } = shown;
  const rest = inOrder(shown.views).slice(TABS);
  return (
    <Popdown
      summaryClass="btn"
      summary={
        <>
          <Icon name="layers" />
          Views
          <Icon name="down" />
        </>
      }
    >
      {rest.length > 0 ? <div className="menu-label">More views</div> : null}
      {rest.map((view) => (
        <Link key={view.id} to={view.to} className="menu-item" aria-current={view.current ? "true" : undefined}>
          <span className="tr">{view.name}</span>
          <span className="end">{view.count === null ? "?" : formatCount(view.count)}</span>
        </Link>
      ))}
      <div className="menu-label">This list</div>
      <Link className="menu-item" to={`/views/new?${new URLSearchParams({ query: given })}`}>
        <Icon name="plus" />
        Save as a view …
      </Link>
      {current?.mine && current.changed ? (
        <Link className="menu-item" to={`/views/${current.id}?${new URLSearchParams({ query: given })}`}>
          <Icon name="check" />
          Save changes to “{current.name}” …
        </Link>
      ) : null}
      {current && !current.changed ? (
        <>
          <Form method="post" action="/views">
            <input type="hidden" name="intent" value={chosen === current.id ? "forget" : "choose"} />
            <input type="hidden" name="id" value={current.id} />
            <input type="hidden" name="back" value={given === "" ? "/exceptions?view=all-open" : `/exceptions?${given}`} />
            <button type="submit" className="menu-item">
              <Icon name="list" />
              {chosen === current.id ? "Do not open with this view" : "Open with this view"}
            </button>
          </Form>
          <Form method="post" action="/queue/watch">
            <input type="hidden" name="kind" value="view" />
            <input type="hidden" name="subject" value={current.id} />
            <input type="hidden" name="back" value={given === "" ? "/exceptions" : `/exceptions?${given}`} />
            <input type="hidden" name="watching" value={watching ? "no" : "yes"} />
            <button type="submit" className="menu-item">
              <Icon name="eye" />
              {watching ? "Stop watching this view" : "Watch this view"}
            </button>
          </Form>
        </>
      ) : null}
      <Link className="menu-item" to="/views">
        <Icon name="gear" />
        Manage views
      </Link>
    </Popdown>
  );
}
