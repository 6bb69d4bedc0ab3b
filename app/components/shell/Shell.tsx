import type { ReactNode } from "react";
import { useLocation, useNavigate } from "react-router";
import { KeysProvider, useKey } from "../keys/KeysProvider.tsx";
import { TipLayer } from "../overlay/TipLayer.tsx";
import { ToastProvider } from "../overlay/Toast.tsx";
import { type Reader, ReaderProvider } from "../reader.tsx";
import { Freshness } from "./Freshness.tsx";
import { BottomBar, Nav } from "./Nav.tsx";
import { goKeys, NAVIGATION, type NavGroup } from "./navigation.ts";
import { TopBar, type TopBarProps } from "./TopBar.tsx";

export interface ShellUser {
  name: string;
  /** `Finance lead · 12 facilities`. */
  role: string;
}

interface ShellProps extends Omit<TopBarProps, "user"> {
  user: ShellUser;
  reader: Reader;
  /** Counts for the navigation by `countKey`; missing or null shows none. */
  counts: Readonly<Record<string, number | null>>;
  /** Entries the person may open; all of them by default. */
  navigation?: readonly NavGroup[];
  children: ReactNode;
}

/** The frame around every screen of a signed-in person: navigation, top bar, main, and the page's keys, tips and toasts. */
export function Shell({ user, reader, counts, navigation = NAVIGATION, children, ...top }: ShellProps): ReactNode {
  const { pathname } = useLocation();
  return (
    <ReaderProvider {...reader}>
      <KeysProvider>
        <ToastProvider>
          <a className="skip" href="#main">
            Skip to content
          </a>
          <div className="app">
            <Nav groups={navigation} counts={counts} pathname={pathname} user={user} />
            <div className="min-w-0">
              <TopBar {...top} user={user} />
              <main id="main" className="main" tabIndex={-1}>
                <div className="page">
                  {top.freshness || top.status ? (
                    <div className={top.status ? "fold-status" : "fold-status mobile-only"}>
                      {top.freshness ? (
                        <span className="mobile-only">
                          <Freshness {...top.freshness} />
                        </span>
                      ) : null}
                      {top.status}
                    </div>
                  ) : null}
                  {children}
                </div>
              </main>
            </div>
          </div>
          <BottomBar groups={navigation} pathname={pathname} />
          <GlobalKeys groups={navigation} />
          <TipLayer />
        </ToastProvider>
      </KeysProvider>
    </ReaderProvider>
  );
}

/** `g` and a letter goes to a screen; the letters follow the entries there are. */
function GlobalKeys({ groups }: { groups: readonly NavGroup[] }): ReactNode {
  return goKeys(groups).map(({ letter, item }) => <GoKey key={item.to} letter={letter} to={item.to} label={item.label} />);
}

function GoKey({ letter, to, label }: { letter: string; to: string; label: string }): ReactNode {
  const navigate = useNavigate();
  useKey(`g ${letter}`, { label, group: "Go to", run: () => void navigate(to) });
  return null;
}
