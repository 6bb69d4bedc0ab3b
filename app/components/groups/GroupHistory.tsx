import type { ReactNode } from "react";
import { Link } from "react-router";
import type { GroupPage } from "../../groups/page.ts";
import { History, type HistoryEntry } from "../History.tsx";
import type { IconName } from "../Icon.tsx";
import { Time } from "../Time.tsx";
import { DIMENSION_WORDS, groupPath } from "./words.ts";

type Entry = GroupPage["history"][number];

/** What was decided about a group, newest first, in sentences. */
export function GroupHistory({ history }: { history: readonly Entry[] }): ReactNode {
  if (history.length === 0) return <p className="second">Nobody decided anything about this group yet.</p>;
  return <History entries={history.map((entry, index): HistoryEntry => ({ id: `${index}`, at: entry.at, ...wordsOf(entry) })).reverse()} />;
}

function wordsOf({ act, detail, who }: Entry): { icon: IconName; text: ReactNode } {
  const text = (key: string): string => (typeof detail[key] === "string" || typeof detail[key] === "number" ? String(detail[key]) : "");
  const because = text("reason") ? `: ${text("reason")}` : "";
  const by = <b>{who}</b>;
  const other = (key: string): ReactNode => (
    <Link className="link" to={groupPath(text(key))}>
      another group
    </Link>
  );
  switch (act) {
    case "muted":
      return { icon: "bell", text: <>{by} muted it {text("until") ? <>until <Time at={text("until")} /></> : text("count") ? `for ${text("count")} more times` : "while it is rare"}{because}</> };
    case "mute_ended":
      return { icon: "bell", text: detail["reason"] === "person" ? <>{by} ended the mute{text("note") ? `: ${text("note")}` : ""}</> : <>The mute is over: {MUTE_ENDS[text("reason")] ?? text("reason")}</> };
    case "assigned":
      return { icon: "user", text: <>{by} {text("to") ? `gave it to ${text("to")}` : "took it from its owner"}, {text("members")} failures</> };
    case "commented":
      return { icon: "chat", text: <>{by} “{text("text")}”</> };
    case "cause_set":
      return { icon: "book", text: text("text") ? <>{by} named a cause: “{text("text")}”</> : <>{by} took the named cause back</> };
    case "split":
      return { icon: "split", text: <>{by} split it by {DIMENSION_WORDS[text("by")] ?? text("by")}{text("value") ? ` “${text("value")}”` : ""}{because}</> };
    case "split_from":
      return { icon: "split", text: <>{by} split it from {other("from")}</> };
    case "merged":
      return { icon: "layers", text: <>{by} joined it to {other("into")}{because}</> };
    case "merged_from":
      return { icon: "layers", text: <>{by} joined {other("from")} to it, {text("members")} failures{because}</> };
    case "rule_undone":
      return { icon: "replay", text: <>{by} undid a {detail["kind"] === "merge" ? "join" : "split"}{because}</> };
    case "carried_over":
      return { icon: "copy", text: "Goes on under a new fingerprint; what was decided before came along" };
    default:
      return { icon: "doc", text: act.replaceAll("_", " ") };
  }
}

const MUTE_ENDS: Readonly<Record<string, string>> = { time: "the time is up", count: "it has happened as often as was allowed", rate: "it happens too often" };
