import type { ReactNode } from "react";
import { useFetcher, useLocation } from "react-router";
import { Icon } from "../Icon.tsx";

/**
 * Light or dark, kept in a cookie. Both buttons are on the page and CSS shows the one that changes something, because
 * only the browser knows what "system" means; so it works without JavaScript and never flashes.
 */
export function ThemeToggle(): ReactNode {
  const fetcher = useFetcher();
  const { pathname, search } = useLocation();
  return (
    <fetcher.Form method="post" action="/theme" className="flex">
      <input type="hidden" name="back" value={`${pathname}${search}`} />
      {(["dark", "light"] as const).map((theme) => (
        <button key={theme} type="submit" name="theme" value={theme} className={`btn btn-icon to-${theme}`} aria-label={`Switch to the ${theme} theme`} data-tip={`Switch to the ${theme} theme`}>
          <Icon name="theme" />
        </button>
      ))}
    </fetcher.Form>
  );
}
