import type { ReactNode } from "react";
import { Link } from "react-router";
import type { HistoryView } from "#queries/postgres/exceptions.ts";
import { History, type HistoryEntry } from "../History.tsx";
import type { IconName } from "../Icon.tsx";
import { REPLAY_STATE_WORDS } from "../replays/states.ts";
import { Time } from "../Time.tsx";

/** The life of an exception, newest first, in sentences. */
export function ExceptionHistory({ history, resolutions }: { history: readonly HistoryView[]; resolutions: Readonly<Record<string, string>> }): ReactNode {
  const entries = history.map((entry, index): HistoryEntry => ({ id: `${index}`, at: entry.at, ...wordsOf(entry, resolutions) }));
  return <History entries={entries.reverse()} />;
}

function wordsOf({ actor, act, detail }: HistoryView, resolutions: Readonly<Record<string, string>>): { icon: IconName; text: ReactNode } {
  const said = (typeof detail === "object" && detail !== null ? detail : {}) as Record<string, unknown>;
  const text = (key: string): string => (typeof said[key] === "string" || typeof said[key] === "number" ? String(said[key]) : "");
  const who = actor.kind === "person" ? <b>{actor.id}</b> : actor.kind === "key" ? <b>A program ({actor.id})</b> : null;
  const because = (key: string): string => (text(key) ? `: ${text(key)}` : "");
  switch (act) {
    case "opened":
      return { icon: "failed", text: `${Number(text("occurrences")) > 1 ? `Found, ${text("occurrences")} times` : "Found"}${text("owner") ? `. Routed to ${text("owner")} ${text("rule")}` : ""}` };
    case "routed":
      return { icon: "user", text: text("to") ? `Routed to ${text("to")} ${text("rule")}` : "No longer routed to anybody" };
    case "severity_changed":
      return { icon: "rise", text: `Now ${text("to")}, was ${text("from")}: ${text("why")}` };
    case "seen_again":
      return { icon: "failed", text: text("added") ? `Seen ${text("added")} more ${text("added") === "1" ? "time" : "times"}` : "Seen again" };
    case "assigned":
      return { icon: "user", text: <>{text("to") ? <>Assigned to {text("to")}</> : "Taken from its owner"}{who ? <> by {who}</> : null}</> };
    case "acknowledged":
      return { icon: "eye", text: <>Taken on{who ? <> by {who}</> : null}</> };
    case "commented":
      return { icon: "chat", text: <>{who} “{text("text")}”</> };
    case "resolved":
      return { icon: "check", text: <>{who} resolved it: {resolutions[text("code")] ?? text("code")}{text("note") ? ` “${text("note")}”` : ""}</> };
    case "ignored":
      return { icon: "bell", text: <>{who} ignores it {text("until") ? <>until <Time at={text("until")} /></> : text("count") ? `for ${text("count")} more times` : "while it is rare"}{because("reason")}</> };
    case "waiting":
      return { icon: "paused", text: <>{who} set it to wait for {text("party")} until <Time at={text("until")} /></> };
    case "reopened":
      return { icon: "replay", text: actor.kind === "schedule" ? (text("reason") === "time" ? "The time is over, open again" : "The trouble is there again") : <>{who} reopened it{because("reason")}</> };
    case "recovered":
      return { icon: "clear", text: "Recovered by itself: the missing step was seen" };
    case "verified":
      return { icon: "clear", text: "Verified: the missing step was seen after the replay" };
    default:
      return replayWords(act, said, who);
  }
}

function replayWords(act: string, said: Record<string, unknown>, who: ReactNode): { icon: IconName; text: ReactNode } {
  const state = act.replace(/^replay_/, "");
  const id = typeof said.replayId === "string" ? said.replayId : null;
  const words = Object.hasOwn(REPLAY_STATE_WORDS, state) ? REPLAY_STATE_WORDS[state as keyof typeof REPLAY_STATE_WORDS].label.toLowerCase() : state.replaceAll("_", " ");
  return {
    icon: "replay",
    text: (
      <>
        {id ? (
          <Link className="link" to={`/replays/${id}`}>
            Replay
          </Link>
        ) : (
          "Replay"
        )}{" "}
        {words}
        {who ? <> by {who}</> : null}
      </>
    ),
  };
}
