import { type ReactNode, useRef } from "react";
import { Form, Link, useLocation } from "react-router";
import { Chip } from "../Chip.tsx";
import { formatCount } from "../format/money.ts";
import { Icon, Mark } from "../Icon.tsx";
import { IconButton } from "../IconButton.tsx";
import { useKey, useShowKeys } from "../keys/KeysProvider.tsx";
import { Popdown } from "../overlay/Popdown.tsx";
import { Freshness, type FreshnessState } from "./Freshness.tsx";
import { UserMenu } from "./Nav.tsx";
import type { ShellUser } from "./Shell.tsx";
import { ThemeToggle } from "./ThemeToggle.tsx";

export interface ScopeOption {
  label: string;
  /** How many facilities it covers. */
  count?: number;
  /** The same page under this scope. */
  to: string;
  current?: boolean;
}

export interface TopBarProps {
  /** The screen's name: the only h1 of the page. */
  title: string;
  /** The list it was reached from, above one thing. */
  parent?: { label: string; to: string };
  freshness?: FreshnessState;
  /** Beside the freshness: sources that are late, a read-only note. */
  status?: ReactNode;
  /** `3 new, show`: new rows wait until the person pulls them in. */
  waiting?: { count: number; onShow: () => void } | null;
  /** Facilities the person may choose from; with one there is nothing to choose and no menu. */
  scopes: readonly ScopeOption[];
  user: ShellUser;
}

/** The bar above every screen: name, freshness, search, scope, keys, theme. */
export function TopBar({ title, parent, freshness, status, waiting, scopes, user }: TopBarProps): ReactNode {
  const showKeys = useShowKeys();
  const scope = scopes.find((each) => each.current) ?? scopes[0];
  useKey(".", waiting && waiting.count > 0 ? { label: "Show what is new", group: "Everywhere", run: waiting.onShow } : null);
  return (
    <header className="topbar">
      <span className="mobile-only">
        <Mark />
      </span>
      <div className={parent ? "topbar-name deep" : "topbar-name"}>
        {parent ? (
          <>
            <Link to={parent.to} className="hide-s hover:underline">
              {parent.label}
            </Link>
            <span className="hide-s">
              <Icon name="right" size="xs" />
            </span>
          </>
        ) : null}
        <h1>{title}</h1>
      </div>
      <div className="topbar-status">
        {freshness ? <Freshness {...freshness} /> : null}
        {waiting && waiting.count > 0 ? (
          <button type="button" className="chip chip-accent" onClick={waiting.onShow}>
            <Icon name="rise" />
            {formatCount(waiting.count)} new, show
          </button>
        ) : null}
        {status ? <span className="hide-m">{status}</span> : null}
      </div>
      <span className="flex-1" />
      <SearchField />
      {scope && scopes.length > 1 ? (
        <Popdown
          className="hide-s"
          summaryClass="btn"
          summary={
            <>
              <Icon name="facility" />
              <span className="vh">Facilities: </span>
              <span className="tr max-w-40">{scope.label}</span>
              {scope.count === undefined ? null : <span className="text-ink-3">{scope.count}</span>}
              <Icon name="down" />
            </>
          }
        >
          {scopes.map((each) => (
            <Link key={each.to} to={each.to} className="menu-item" aria-current={each.current ? "true" : undefined}>
              <span className="tr">{each.label}</span>
              {each.count === undefined ? null : <span className="end">{each.count}</span>}
            </Link>
          ))}
        </Popdown>
      ) : scope ? (
        <span className="hide-s">
          <Chip icon="facility">{scope.label}</Chip>
        </span>
      ) : null}
      <IconButton icon="keyboard" label="Keyboard shortcuts" className="hide-s only-js" onClick={showKeys} />
      <ThemeToggle />
      <span className="mobile-only">
        <UserMenuOnPhone user={user} />
      </span>
    </header>
  );
}

function UserMenuOnPhone({ user }: { user: ShellUser }): ReactNode {
  return (
    <div className="phone-user">
      <UserMenu user={user} />
    </div>
  );
}

/** Finds anything by any identifier: a plain form to /search; `/` focuses it. */
function SearchField(): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  const { pathname, search } = useLocation();
  useKey("/", { label: "Search", group: "Everywhere", run: () => input.current?.focus() });
  const asked = pathname === "/search" ? (new URLSearchParams(search).get("q") ?? "") : "";
  return (
    <Form action="/search" role="search" className="search hide-s">
      <Icon name="search" />
      <input key={asked} ref={input} type="search" name="q" aria-label="Search by any identifier" placeholder="PO, invoice, payout, bank reference …" defaultValue={asked} autoComplete="off" spellCheck={false} maxLength={1024} />
      <kbd aria-hidden="true">/</kbd>
    </Form>
  );
}
