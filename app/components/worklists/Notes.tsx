import type { ReactNode } from "react";
import { Form } from "react-router";
import type { NoteView } from "../../worklists/handover.ts";
import { Button } from "../Button.tsx";
import { type Option, Select, Textarea, TextField } from "../fields/Field.tsx";
import { formatDay } from "../format/time.ts";
import { Icon } from "../Icon.tsx";
import { useReader } from "../reader.tsx";
import { Time } from "../Time.tsx";

/** Hand-over notes that are in force, above a list; nothing where there are none. */
export function NotesPinned({ notes }: { notes: readonly NoteView[] }): ReactNode {
  const { now } = useReader();
  if (notes.length === 0) return null;
  return (
    <section className="grid gap-2" aria-label="Hand-over notes">
      {notes.map((note) => (
        <article key={note.id} className="note note-accent">
          <Icon name="chat" />
          <div className="min-w-0 flex-1">
            <p className="wrap-anywhere whitespace-pre-line">{note.text}</p>
            <p className="second mt-1">
              <b>{note.author}</b>, <Time at={note.at} />, for {note.forWhom === "Everybody" ? "everybody" : note.forWhom.toLowerCase()}
              {note.facility ? `, ${note.facility}` : ""}. Pinned until {formatDay(`${note.lastDay}T12:00:00Z`, "UTC", now) ?? note.lastDay}.
            </p>
          </div>
          <Form method="post" action="/queue" className="noprint">
            <input type="hidden" name="intent" value="done" />
            <input type="hidden" name="id" value={note.id} />
            <Button type="submit" icon="check">
              Done<span className="vh"> with the note of {note.author}</span>
            </Button>
          </Form>
        </article>
      ))}
    </section>
  );
}

interface NoteFormProps {
  roles: readonly Option[];
  facilities: readonly Option[];
  views: readonly Option[];
  /** Somebody who may see every facility may leave it open. */
  anyFacility: boolean;
  today: string;
  problem: string | null;
}

/** Writes a hand-over note. */
export function NoteForm({ roles, facilities, views, anyFacility, today, problem }: NoteFormProps): ReactNode {
  return (
    <Form method="post" action="/queue" className="grid max-w-2xl gap-3">
      <input type="hidden" name="intent" value="note" />
      <Textarea label="What the next shift has to know" name="text" required maxLength={2000} problem={problem} />
      <div className="grid grid-cols-2 gap-3">
        <Select label="For" name="role" options={[{ value: "", label: "Everybody" }, ...roles]} defaultValue="" />
        <TextField label="Pinned until" name="lastDay" type="date" required defaultValue={today} min={today} />
        <Select label="About the facility" name="facility" options={[...(anyFacility ? [{ value: "", label: "None in particular" }] : []), ...facilities]} />
        <Select label="Also pinned on the view" name="view" options={[{ value: "", label: "None" }, ...views]} />
      </div>
      <div>
        <Button type="submit" variant="primary" size="l">
          Hand over
        </Button>
      </div>
    </Form>
  );
}
