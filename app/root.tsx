import interLatin from "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url";
import { type ReactNode, useEffect } from "react";
import { isRouteErrorResponse, Links, type LoaderFunctionArgs, Meta, Outlet, Scripts, ScrollRestoration, type ShouldRevalidateFunctionArgs, useRevalidator, useRouteError, useRouteLoaderData } from "react-router";
import { Button, ButtonLink } from "./components/Button.tsx";
import { nonceContext } from "./components/nonce.ts";
import { EntryPage } from "./components/shell/EntryPage.tsx";
import { preferenceCookie, readPreferences } from "./components/shell/preferences.ts";
import { requireAccess } from "./auth/access.ts";
import stylesheet from "./styles/app.css?url";

/** Who may open which page is judged here, before any loader or action runs. */
export const middleware = [requireAccess];

/** Theme and zone of this browser, and the nonce its scripts need. */
export function loader({ request, context }: LoaderFunctionArgs) {
  return { ...readPreferences(request.headers.get("cookie")), nonce: context.get(nonceContext) ?? undefined };
}

/** Theme and zone only change through their cookies: after a form, or when the zone was told. */
export function shouldRevalidate({ formAction, currentUrl, nextUrl, defaultShouldRevalidate }: ShouldRevalidateFunctionArgs): boolean {
  return formAction === "/theme" || (currentUrl.href === nextUrl.href && defaultShouldRevalidate);
}

/** Title of every page that sets none itself. */
export function meta() {
  return [{ title: "Signalbox" }];
}

/** Stylesheet first, and the one font file every page needs. */
export function links() {
  return [
    { rel: "stylesheet", href: stylesheet },
    { rel: "preload", href: interLatin, as: "font", type: "font/woff2", crossOrigin: "anonymous" as const },
    { rel: "icon", href: "/favicon.svg", type: "image/svg+xml" },
  ];
}

/** The document. Without a chosen theme there is no attribute, and the style sheet follows the system. */
export function Layout({ children }: { children: ReactNode }) {
  const preferences = useRouteLoaderData<typeof loader>("root");
  // The browser hides a nonce from scripts once parsed, so what it hydrates differs by design.
  const nonce = preferences?.nonce;
  return (
    <html lang="en" data-theme={preferences?.theme ?? undefined}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <Meta />
        <Links />
      </head>
      <body>
        {children}
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
      </body>
    </html>
  );
}

/** Every page; tells the server the browser's zone once, so that times are right from then on. */
export default function Root() {
  const preferences = useRouteLoaderData<typeof loader>("root");
  const { revalidate } = useRevalidator();
  const zone = preferences?.zone;
  useEffect(() => {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!own || own === zone) return;
    document.cookie = preferenceCookie("zone", own);
    if (document.cookie.includes("zone=")) void revalidate();
  }, [zone, revalidate]);
  return <Outlet />;
}

/** What a person sees when a page fails before any screen could say something better. Scripts may be missing here: links and forms only. */
export function ErrorBoundary() {
  const error = useRouteError();
  const status = isRouteErrorResponse(error) ? error.status : 500;
  if (status === 403) {
    return (
      <EntryPage title="This is outside your scope">
        <p>It belongs to another facility or needs another role. Ask an administrator if you need it.</p>
        <Ways />
      </EntryPage>
    );
  }
  if (status === 404) {
    return (
      <EntryPage title="There is no such page">
        <p>The address leads nowhere: it was cut off, mistyped, or its page has moved. Whatever has a number can be searched for.</p>
        <form action="/search" role="search" className="flex gap-2">
          <input className="input" type="search" name="q" aria-label="Search by any identifier" placeholder="PO, invoice, payout, bank reference …" maxLength={1024} />
          <Button type="submit" size="l">
            Search
          </Button>
        </form>
        <Ways />
      </EntryPage>
    );
  }
  return (
    <EntryPage title="The page could not be shown">
      <p role="alert">Nothing is lost and nothing was sent. If it happens again, tell IT support what you were looking at.</p>
      <Ways again />
    </EntryPage>
  );
}

function Ways({ again = false }: { again?: boolean }): ReactNode {
  return (
    <div className="flex flex-wrap gap-2">
      {again ? <ButtonLink to=".">Try again</ButtonLink> : null}
      <ButtonLink to="/">To the control tower</ButtonLink>
    </div>
  );
}
