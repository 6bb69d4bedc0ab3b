import type { Config } from "@react-router/dev/config";

/** Server rendering everywhere: a page is complete before any script runs, and links and forms work without it. */
export default { ssr: true, buildDirectory: process.env.SIGNALBOX_BUILD ?? "build" } satisfies Config;
