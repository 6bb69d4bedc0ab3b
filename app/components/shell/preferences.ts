import { isZone } from "../format/time.ts";

/** What the reader chose in this browser, from cookies that the browser may also write itself. */
export interface Preferences {
  /** Null follows the system. */
  theme: "light" | "dark" | null;
  /** IANA zone; UTC until the browser said its own. */
  zone: string;
}

const YEAR = 31_536_000;

/** Reads theme and zone from a Cookie header; anything unknown is ignored. */
export function readPreferences(cookieHeader: string | null): Preferences {
  const cookies = new Map((cookieHeader ?? "").split(/;\s*/).map((pair) => [pair.slice(0, Math.max(0, pair.indexOf("="))), pair.slice(pair.indexOf("=") + 1)] as const));
  const theme = cookies.get("theme");
  const zone = decode(cookies.get("zone") ?? "");
  return { theme: theme === "light" || theme === "dark" ? theme : null, zone: zone !== "" && zone.length <= 64 && isZone(zone) ? zone : "UTC" };
}

/** A Set-Cookie value for one preference. No secret, so scripts may read it. */
export function preferenceCookie(name: "theme" | "zone", value: string): string {
  return `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${YEAR}; SameSite=Lax`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
