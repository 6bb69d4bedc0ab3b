import { useEffect } from "react";
import { matchPath, Outlet, type ShouldRevalidateFunctionArgs, useLocation, useMatches, useRevalidator, useRouteLoaderData } from "react-router";
import { Note } from "../components/Note.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { NAVIGATION } from "../components/shell/navigation.ts";
import { type CurrentPage, currentPage } from "../components/shell/page.ts";
import { Shell } from "../components/shell/Shell.tsx";
import type { ScopeOption } from "../components/shell/TopBar.tsx";
import { useLive } from "../components/shell/useLive.ts";
import type { loader as rootLoader } from "../root.tsx";
import { requirePrincipal, servicesContext } from "../server/context.ts";
import { readFrame } from "../server/frame.ts";
import type { Route } from "./+types/_shell";

/** A page that follows live figures reads them again at most this often. */
const FOLLOW_MS = 5000;

/** Who is signed in, the counts of the navigation, the facilities to choose from. */
export async function loader({ context }: Route.LoaderArgs) {
  return readFrame(context.get(servicesContext), requirePrincipal(context));
}

/** The frame is read again after every act, when the page is read again, and when the page changes; not for each filter. */
export function shouldRevalidate({ currentUrl, nextUrl, formMethod, defaultShouldRevalidate }: ShouldRevalidateFunctionArgs): boolean {
  if (formMethod && formMethod !== "GET") return true;
  return currentUrl.pathname !== nextUrl.pathname || (currentUrl.search === nextUrl.search && defaultShouldRevalidate);
}

/** The frame of every screen of a signed-in person. */
export default function ShellRoute({ loaderData }: Route.ComponentProps) {
  const { user, counts, facilities, open } = loaderData;
  const root = useRouteLoaderData<typeof rootLoader>("root");
  const page = currentPage(useMatches());
  const location = useLocation();
  const asOf = page.asOf ?? loaderData.asOf;
  const { connected, waiting, show } = useNews(page, asOf);
  return (
    <Shell
      title={page.title}
      parent={page.parent}
      user={user}
      reader={{ zone: root?.zone ?? "UTC", now: asOf }}
      counts={counts}
      navigation={NAVIGATION.map((group) => ({ ...group, items: group.items.filter((item) => open.some((page) => matchPath(page, item.to) !== null)) })).filter((group) => group.items.length > 0)}
      freshness={{ state: connected === false ? "off" : "live" }}
      waiting={waiting > 0 ? { count: waiting, onShow: show } : null}
      scopes={scopeOptions(page, facilities, location)}
    >
      {loaderData.loading ? (
        <div className="mb-3" role="status">
          <Note tone="unknown">A history is being loaded. What is wrong in it is shown once it has been judged as a whole: until then lists and figures hold only part of it.</Note>
        </div>
      ) : null}
      <Outlet />
    </Shell>
  );
}

/** A page that could not be shown keeps its frame. */
export function ErrorBoundary() {
  return (
    <main className="mx-auto grid max-w-xl p-6">
      <PageError what="The page" />
    </main>
  );
}

function useNews(page: CurrentPage, asOf: string): { connected: boolean | null; waiting: number; show: () => void } {
  const live = useLive(asOf);
  const { revalidate, state } = useRevalidator();
  const { newestId } = page;
  const follows = page.live === "follow" && (live.changed.size > 0 || live.many);
  useEffect(() => {
    if (!follows || state !== "idle") return;
    const timer = setTimeout(() => void revalidate(), FOLLOW_MS);
    return () => clearTimeout(timer);
  }, [follows, state, revalidate]);
  const fresh = page.live === "ask" && newestId !== null ? [...live.changed].filter((id) => Number(id) > newestId).length : 0;
  return { connected: live.connected, waiting: fresh, show: () => void revalidate() };
}

/** The same page under each facility; pages that know no facility lead to the worklist of it. */
function scopeOptions(page: CurrentPage, facilities: readonly { id: string; name: string }[], { pathname, search }: { pathname: string; search: string }): ScopeOption[] {
  const chosen = new URLSearchParams(search).getAll("facility");
  const under = (id: string | null): string => {
    const next = new URLSearchParams(page.facilities ? search : "");
    next.delete("facility");
    next.delete("cursor");
    if (id !== null) next.set("facility", id);
    const query = next.toString();
    return `${page.facilities ? pathname : "/exceptions"}${query ? `?${query}` : ""}`;
  };
  if (facilities.length === 1) return [{ label: facilities[0]?.name ?? "", to: under(null), current: true }];
  const current = page.facilities && chosen.length === 1 ? chosen[0] : null;
  const several = page.facilities && chosen.length > 1;
  return [
    { label: several ? `${chosen.length} facilities` : "All facilities", count: several ? chosen.length : facilities.length, to: under(null), current: current === null },
    ...facilities.map(({ id, name }) => ({ label: name, to: under(id), current: id === current })),
  ];
}
