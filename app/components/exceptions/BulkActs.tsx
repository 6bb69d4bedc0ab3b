import { type ReactNode, useEffect, useEffectEvent, useId, useState } from "react";
import { useFetcher, useSubmit } from "react-router";
import type { ActResult } from "../../exceptions/bulk.ts";
import type { ActName } from "../../exceptions/lifecycle.ts";
import { Button } from "../Button.tsx";
import { formatCount, type MoneyValue } from "../format/money.ts";
import { useKey } from "../keys/KeysProvider.tsx";
import { MoneyList } from "../Money.tsx";
import { Note } from "../Note.tsx";
import { Dialog } from "../overlay/Drawer.tsx";
import { useToast } from "../overlay/Toast.tsx";
import { ReplayDrawer } from "../replays/ReplayDrawer.tsx";
import { BulkBar } from "../table/BulkBar.tsx";
import { ActFields, actTitle, actVerb, type ActChoices } from "./ActFields.tsx";
import { BulkOutcome } from "./BulkOutcome.tsx";

/** What the person's role allows. */
export interface May {
  assign: boolean;
  resolve: boolean;
  replay: boolean;
  export: boolean;
}

/** What `/exceptions/selection` answers about a frozen selection. */
interface SelectionFigure {
  problem: string | null;
  ids: string;
  count: number;
  objects: number;
  money: MoneyValue[];
}

/** Longer selections travel only in forms; their sum is shown in the dialog's answer instead. */
const LONGEST_QUERY = 6000;

interface BulkActsProps {
  /** Lines that are ticked. */
  lines: number;
  /** Packed ids of all their exceptions; null where a line has too many members. */
  ids: string | null;
  count: number;
  /** When the list was read: what changed since is told apart. */
  seenAt: string;
  /** Everything that matches the list's filter, for "select all"; null where there is no such list. */
  all: { total: number; filter: string; newest: number } | null;
  /** The row that the keyboard stands on: with nothing ticked the keys act on it. */
  current: { ids: string | null; count: number } | null;
  may: May;
  choices: ActChoices;
  onClear: () => void;
}

interface Frozen {
  ids: string;
  count: number;
  seenAt: string;
}

const KEYS: readonly { act: ActName; key: string; label: string; needs: "assign" | "resolve" }[] = [
  { act: "assign", key: "a", label: "Assign", needs: "assign" },
  { act: "acknowledge", key: "o", label: "Take on", needs: "assign" },
  { act: "wait", key: "w", label: "Wait for somebody else", needs: "assign" },
  { act: "comment", key: "c", label: "Comment", needs: "assign" },
  { act: "ignore", key: "z", label: "Ignore", needs: "resolve" },
  { act: "resolve", key: "e", label: "Resolve", needs: "resolve" },
];

/** The bar below a selection with its dialogs. What is acted on is frozen as ids the moment it was ticked. */
export function BulkActs({ lines, ids: ticked, count: tickedCount, seenAt, all, current, may, choices, onClear }: BulkActsProps): ReactNode {
  const [doing, setDoing] = useState<(Frozen & { act: ActName }) | null>(null);
  const [replay, setReplay] = useState<string | null>(null);
  const [asked, setAsked] = useState<{ basis: string | null; seenAt: string; before: SelectionFigure | undefined } | null>(null);
  const figure = useFetcher<SelectionFigure>();
  const every = useFetcher<SelectionFigure>();
  // The answer to "select all" is never read again, so it stays what it was. Ticking or unticking a line after it is a new selection.
  const answer = asked && lines > 0 && asked.basis === ticked && every.data !== asked.before ? every.data : undefined;
  const frozen = asked && answer && answer.problem === null ? { ids: answer.ids, count: answer.count, seenAt: asked.seenAt } : null;
  const ids = frozen ? frozen.ids : ticked;
  const count = frozen ? frozen.count : tickedCount;
  const load = useEffectEvent((selection: string) => void figure.load(`/exceptions/selection?ids=${selection}`));
  useEffect(() => {
    if (!ticked || ticked.length > LONGEST_QUERY) return;
    const timer = setTimeout(() => load(ticked), 150);
    return () => clearTimeout(timer);
  }, [ticked]);
  const selectAll = (): void => {
    if (!all) return;
    setAsked({ basis: ticked, seenAt, before: every.data });
    void every.load(`/exceptions/selection?${new URLSearchParams({ all: "1", filter: all.filter, newest: String(all.newest) })}`);
  };
  const known = frozen ? answer : figure.data && figure.data.ids === ids ? figure.data : null;
  const tooMany = ids === null ? "A group here has more than 5,000 members. Filter it first." : null;
  const readOnly = "Your role reads only";
  const start = (act: ActName): void => void (ids && setDoing({ act, ids, count, seenAt: frozen?.seenAt ?? seenAt }));
  const clear = (): void => {
    setAsked(null);
    onClear();
  };
  const offersAll = all !== null && frozen === null && all.total > tickedCount;
  return (
    <>
      {lines === 0 && current?.ids ? <CurrentKeys may={may} onAct={(act) => setDoing({ act, ids: current.ids ?? "", count: current.count, seenAt })} onReplay={may.replay ? () => setReplay(current.ids) : null} /> : null}
      <BulkBar
        count={frozen ? frozen.count : lines}
        summary={
          <>
            {known ? <>{known.count === lines ? "" : `${counted(known.count, "exception")}, `}{counted(known.objects, "object")} · {known.money.length > 0 ? <MoneyList amounts={known.money} /> : "no amount known"}</> : counted(count, "exception")}
            {answer?.problem ? ` · ${answer.problem}` : null}
            {frozen ? " · all that match, as they were when you selected them" : ""}
          </>
        }
        actions={[
          ...(offersAll ? [{ id: "A", label: `Select all ${formatCount(all.total)}`, icon: "list" as const, shortcut: "A", blocked: every.state === "idle" ? null : "They are being selected", onAct: selectAll }] : []),
          { id: "a", label: "Assign", icon: "user", shortcut: "a", blocked: tooMany ?? (may.assign ? null : readOnly), onAct: () => start("assign") },
          { id: "o", label: "Take on", icon: "eye", shortcut: "o", blocked: tooMany ?? (may.assign ? null : readOnly), onAct: () => start("acknowledge") },
          { id: "w", label: "Wait …", icon: "paused", shortcut: "w", blocked: tooMany ?? (may.assign ? null : readOnly), onAct: () => start("wait") },
          { id: "c", label: "Comment", icon: "chat", shortcut: "c", blocked: tooMany ?? (may.assign ? null : readOnly), onAct: () => start("comment") },
          { id: "z", label: "Ignore …", icon: "bell", shortcut: "z", blocked: tooMany ?? (may.resolve ? null : readOnly), onAct: () => start("ignore") },
          { id: "r", label: "Preview replay", icon: "replay", shortcut: "r", blocked: tooMany ?? (may.replay ? null : "Your role may not ask for replays"), onAct: () => setReplay(ids) },
          { id: "e", label: "Resolve …", icon: "check", shortcut: "e", blocked: tooMany ?? (may.resolve ? null : readOnly), onAct: () => start("resolve") },
        ]}
        onClear={clear}
      />
      {doing ? <BulkDialog {...doing} choices={choices} onClose={() => setDoing(null)} onDone={clear} /> : null}
      {replay !== null ? <ReplayDrawer ids={replay} open onOpenChange={(open) => !open && setReplay(null)} /> : null}
    </>
  );
}

const counted = (count: number, what: string): string => `${formatCount(count)} ${what}${count === 1 ? "" : "s"}`;

/** With nothing ticked the same keys act on the row that the keyboard stands on. */
function CurrentKeys({ may, onAct, onReplay }: { may: May; onAct: (act: ActName) => void; onReplay: (() => void) | null }): ReactNode {
  useKey("r", onReplay ? { label: "Preview replay of the current row", group: "Current row", run: onReplay } : null);
  return KEYS.filter(({ needs }) => may[needs]).map(({ act, key, label }) => <CurrentKey key={key} letter={key} label={label} run={() => onAct(act)} />);
}

function CurrentKey({ letter, label, run }: { letter: string; label: string; run: () => void }): ReactNode {
  useKey(letter, { label, group: "Current row", run });
  return null;
}

interface BulkDialogProps extends Frozen {
  act: ActName;
  choices: ActChoices;
  onClose: () => void;
  onDone: () => void;
}

function BulkDialog({ act, ids, count, seenAt, choices, onClose, onDone }: BulkDialogProps): ReactNode {
  const fetcher = useFetcher<ActResult>();
  const submit = useSubmit();
  const toast = useToast();
  const form = useId();
  const answered = fetcher.state === "idle" ? fetcher.data : undefined;
  const left = answered?.text && (answered.skipped?.length ?? 0) > 0 ? answered : null;
  const say = useEffectEvent(({ text = "", undo }: ActResult) => {
    toast(undo ? { text, undo: () => void submit({ intent: "undo", undo }, { method: "post", action: "/exceptions/bulk", navigate: false }) } : { text });
    onDone();
  });
  const close = useEffectEvent(onClose);
  useEffect(() => {
    if (!answered?.text) return;
    say(answered);
    // Where some were left the dialog stays and names them.
    if (!answered.skipped?.length) close();
  }, [answered]);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={actTitle(act, count === 1 ? "1 exception" : `${formatCount(count)} exceptions`)}
      sub={left ? null : "Exactly these, as they were when you ticked them"}
      footer={
        left ? (
          <Button size="l" variant="primary" onClick={onClose}>
            Close
          </Button>
        ) : (
          <>
            <Button size="l" onClick={onClose}>
              Cancel
            </Button>
            <Button size="l" variant="primary" type="submit" form={form} blocked={fetcher.state === "idle" ? null : "It is being done"}>
              {actVerb(act, count)}
            </Button>
          </>
        )
      }
    >
      {left ? (
        <BulkOutcome result={left} />
      ) : (
        <fetcher.Form id={form} method="post" action="/exceptions/bulk" className="grid gap-3">
          <input type="hidden" name="act" value={act} />
          <input type="hidden" name="ids" value={ids} />
          <input type="hidden" name="seenAt" value={seenAt} />
          <ActFields act={act} choices={choices} />
          {answered?.problem ? (
            <Note tone="stop" alert>
              {answered.problem}
            </Note>
          ) : null}
        </fetcher.Form>
      )}
    </Dialog>
  );
}
