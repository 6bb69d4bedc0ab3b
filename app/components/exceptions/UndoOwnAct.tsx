import { type ReactNode, useEffect, useState } from "react";
import { Form, useSubmit } from "react-router";
import type { Undoable } from "#queries/postgres/undo.ts";
import { Button } from "../Button.tsx";
import { useKey } from "../keys/KeysProvider.tsx";
import { Note } from "../Note.tsx";

const DONE: Readonly<Record<string, string>> = { assign: "You have just changed whom it is assigned to.", acknowledge: "You have just taken it on." };

/** What the person did last, with the way back for as long as there is one. `version`: what stands there now; a change meanwhile is not overwritten. */
export function UndoOwnAct({ undoable, version }: { undoable: Undoable; version: number }): ReactNode {
  const submit = useSubmit();
  const [over, setOver] = useState(false);
  const fields = { act: "undo", version: String(version) };
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), Math.max(0, Date.parse(undoable.until) - Date.now()));
    return () => clearTimeout(timer);
  }, [undoable.until]);
  useKey("u", over ? null : { label: "Undo what you just did", group: "This exception", run: () => void submit(fields, { method: "post", preventScrollReset: true }) });
  if (over) return null;
  return (
    <Note icon="check">
      <Form method="post" preventScrollReset className="rowx flex-wrap gap-x-3 gap-y-1">
        {Object.entries(fields).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <span role="status">{DONE[undoable.act] ?? "Done."}</span>
        <Button type="submit" shortcut="u">
          Undo
        </Button>
      </Form>
    </Note>
  );
}
