import type { ReactNode } from "react";
import { Form, Link } from "react-router";
import { Avatar } from "../Avatar.tsx";
import { formatCount } from "../format/money.ts";
import { Icon, Mark } from "../Icon.tsx";
import { Popdown } from "../overlay/Popdown.tsx";
import { isCurrent, type NavGroup } from "./navigation.ts";
import type { ShellUser } from "./Shell.tsx";

interface NavProps {
  groups: readonly NavGroup[];
  counts: Readonly<Record<string, number | null>>;
  pathname: string;
  user: ShellUser;
}

/** The navigation at the left: 208 px with words, 52 px with icons below 1,120 px, gone on phones. */
export function Nav({ groups, counts, pathname, user }: NavProps): ReactNode {
  return (
    <nav className="nav" aria-label="Main">
      <Link to="/" className="nav-brand">
        <Mark />
        <span className="lb">Signalbox</span>
      </Link>
      <div className="nav-list">
        {groups.map((group) => (
          <div key={group.label ?? "top"}>
            {group.label ? <div className="nav-group">{group.label}</div> : null}
            <ul>
              {group.items.map((item) => {
                const count = item.countKey ? (counts[item.countKey] ?? null) : null;
                return (
                  <li key={item.to}>
                    <Link to={item.to} className="nav-item" aria-current={isCurrent(item, pathname) ? "page" : undefined} data-tip={item.label}>
                      <Icon name={item.icon} />
                      <span className="lb">{item.label} </span>
                      {count === null ? null : <span className="ct">{formatCount(count)}</span>}
                    </Link>
                  </li>
                );
              })}
            </ul>
          </div>
        ))}
      </div>
      <div className="nav-foot">
        <UserMenu user={user} up />
      </div>
    </nav>
  );
}

/** Who is signed in, and signing out: a form, so that it works without JavaScript. */
export function UserMenu({ user, up = false }: { user: ShellUser; up?: boolean }): ReactNode {
  return (
    <Popdown
      up={up}
      summaryClass="who"
      summary={
        <>
          <Avatar name={user.name} large />
          <span className="lb min-w-0">
            <span className="tr block font-medium">{user.name}</span>
            {user.role.split(" · ").map((line) => (
              <span key={line} className="tr second block">
                {line}
              </span>
            ))}
          </span>
        </>
      }
    >
      <div className="menu-label">
        {user.name} · {user.role}
      </div>
      <Form method="post" action="/sign-out" reloadDocument>
        <button type="submit" className="menu-item">
          <Icon name="exit" />
          Sign out
        </button>
      </Form>
    </Popdown>
  );
}

/** The phone's bottom bar: three screens, search, and everything else. */
export function BottomBar({ groups, pathname }: { groups: readonly NavGroup[]; pathname: string }): ReactNode {
  const items = groups.flatMap((group) => group.items);
  const first = items.slice(0, 3);
  const rest = items.slice(3);
  return (
    <nav className="bottombar noprint" aria-label="Main, phone">
      {first.map((item) => (
        <Link key={item.to} to={item.to} className="bottombar-item" aria-current={isCurrent(item, pathname) ? "page" : undefined}>
          <Icon name={item.icon} />
          {item.short ?? item.label}
        </Link>
      ))}
      <Link to="/search" className="bottombar-item" aria-current={isCurrent({ to: "/search" }, pathname) ? "page" : undefined}>
        <Icon name="search" />
        Search
      </Link>
      <Popdown
        className="bottom-more"
        summaryClass="bottombar-item"
        summary={
          <>
            <Icon name="more" />
            More <span className="vh">screens</span>
          </>
        }
      >
        {rest.map((item) => (
          <Link key={item.to} to={item.to} className="menu-item" aria-current={isCurrent(item, pathname) ? "page" : undefined}>
            <Icon name={item.icon} />
            {item.label}
          </Link>
        ))}
      </Popdown>
    </nav>
  );
}
