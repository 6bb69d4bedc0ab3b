import { type ReactNode, useEffect, useEffectEvent, useId, useState } from "react";
import { useFetcher } from "react-router";
import type { ActName } from "../../exceptions/lifecycle.ts";
import { Button } from "../Button.tsx";
import { formatCount, type MoneyValue } from "../format/money.ts";
import { MoneyList } from "../Money.tsx";
import { Note } from "../Note.tsx";
import { Dialog } from "../overlay/Drawer.tsx";
import { useToast } from "../overlay/Toast.tsx";
import { ReplayDrawer } from "../replays/ReplayDrawer.tsx";
import { BulkBar } from "../table/BulkBar.tsx";
import { ActFields, actTitle, actVerb, type ActChoices } from "./ActFields.tsx";

/** What the person's role allows. */
export interface May {
  assign: boolean;
  resolve: boolean;
  replay: boolean;
  export: boolean;
}

/** What `/exceptions/selection` answers about a frozen selection. */
interface SelectionFigure {
  ids: string;
  count: number;
  objects: number;
  money: MoneyValue[];
}

/** What an act on the list answers. */
export interface ActResult {
  text?: string;
  problem?: string;
}

/** Longer selections travel only in forms; their sum is shown in the dialog's answer instead. */
const LONGEST_QUERY = 6000;

interface BulkActsProps {
  /** Lines that are ticked. */
  lines: number;
  /** Packed ids of all their exceptions; null where a line has too many members. */
  ids: string | null;
  count: number;
  may: May;
  choices: ActChoices;
  onClear: () => void;
}

/** The bar below a selection with its dialogs. What is acted on is frozen as ids the moment it was ticked. */
export function BulkActs({ lines, ids, count, may, choices, onClear }: BulkActsProps): ReactNode {
  const [act, setAct] = useState<ActName | null>(null);
  const [replay, setReplay] = useState(false);
  const figure = useFetcher<SelectionFigure>();
  const load = useEffectEvent((selection: string) => void figure.load(`/exceptions/selection?ids=${selection}`));
  useEffect(() => {
    if (!ids || ids.length > LONGEST_QUERY) return;
    const timer = setTimeout(() => load(ids), 150);
    return () => clearTimeout(timer);
  }, [ids]);
  const known = figure.data && figure.data.ids === ids ? figure.data : null;
  const tooMany = ids === null ? "A group here has more than 5,000 members. Filter it first." : null;
  const readOnly = "Your role reads only";
  return (
    <>
      <BulkBar
        count={lines}
        summary={known ? <> {counted(known.count, "exception")}, {counted(known.objects, "object")} · {known.money.length > 0 ? <MoneyList amounts={known.money} /> : "no amount known"}</> : counted(count, "exception")}
        actions={[
          { id: "a", label: "Assign", icon: "user", shortcut: "a", blocked: tooMany ?? (may.assign ? null : readOnly), onAct: () => setAct("assign") },
          { id: "o", label: "Take on", icon: "eye", shortcut: "o", blocked: tooMany ?? (may.assign ? null : readOnly), onAct: () => setAct("acknowledge") },
          { id: "z", label: "Ignore …", icon: "bell", shortcut: "z", blocked: tooMany ?? (may.resolve ? null : readOnly), onAct: () => setAct("ignore") },
          { id: "r", label: "Preview replay", icon: "replay", shortcut: "r", blocked: tooMany ?? (may.replay ? null : "Your role may not ask for replays"), onAct: () => setReplay(true) },
          { id: "e", label: "Resolve …", icon: "check", shortcut: "e", blocked: tooMany ?? (may.resolve ? null : readOnly), onAct: () => setAct("resolve") },
        ]}
        onClear={onClear}
      />
      {act && ids ? <BulkDialog act={act} ids={ids} count={count} choices={choices} onClose={() => setAct(null)} onDone={onClear} /> : null}
      {ids ? <ReplayDrawer ids={ids} open={replay} onOpenChange={setReplay} /> : null}
    </>
  );
}

const counted = (count: number, what: string): string => `${formatCount(count)} ${what}${count === 1 ? "" : "s"}`;

interface BulkDialogProps {
  act: ActName;
  ids: string;
  count: number;
  choices: ActChoices;
  onClose: () => void;
  onDone: () => void;
}

function BulkDialog({ act, ids, count, choices, onClose, onDone }: BulkDialogProps): ReactNode {
  const fetcher = useFetcher<ActResult>();
  const toast = useToast();
  const form = useId();
  const answered = fetcher.state === "idle" ? fetcher.data : undefined;
  const finish = useEffectEvent((text: string) => {
    toast({ text });
    onDone();
    onClose();
  });
  useEffect(() => {
    if (answered?.text) finish(answered.text);
  }, [answered]);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={actTitle(act, count === 1 ? "1 exception" : `${formatCount(count)} exceptions`)}
      sub="Exactly these, as they were when you ticked them"
      footer={
        <>
          <Button size="l" onClick={onClose}>
            Cancel
          </Button>
          <Button size="l" variant="primary" type="submit" form={form} blocked={fetcher.state === "idle" ? null : "It is being done"}>
            {actVerb(act, count)}
          </Button>
        </>
      }
    >
      <fetcher.Form id={form} method="post" action="/exceptions" className="grid gap-3">
        <input type="hidden" name="act" value={act} />
        <input type="hidden" name="ids" value={ids} />
        <ActFields act={act} choices={choices} />
        {answered?.problem ? (
          <Note tone="stop" alert>
            {answered.problem}
          </Note>
        ) : null}
      </fetcher.Form>
    </Dialog>
  );
}
