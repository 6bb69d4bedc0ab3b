/** Words for what is decided about groups. Read on both sides, so it imports nothing of the server. */

export const DIMENSION_WORDS: Readonly<Record<string, string>> = { facility: "facility", integration: "integration", endpoint: "endpoint", code: "error code", text: "text" };

/** The address of a group's page. */
export function groupPath(fingerprint: string): string {
  return `/groups/${encodeURIComponent(fingerprint)}`;
}
