import type { EventStatus } from "#queries/model/event.ts";
import type { IconName } from "../Icon.tsx";

/** How a step went, in words. */
export const STATUS_WORDS: Readonly<Record<EventStatus, string>> = { succeeded: "Done", failed: "Failed", retrying: "Tries again", dead_lettered: "Dead letter", started: "Started", skipped: "Skipped" };

/** The shape that stands beside the word. */
export const STATUS_ICONS: Readonly<Record<EventStatus, IconName>> = { succeeded: "clear", failed: "stop", retrying: "caution", dead_lettered: "tray", started: "waiting", skipped: "waiting" };
