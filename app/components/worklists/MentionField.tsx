import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import { Field, type Option } from "../fields/Field.tsx";

/** Names offered at once. */
const OFFERED = 6;

interface Typing {
  /** Where the `@` stands. */
  at: number;
  text: string;
}

interface MentionFieldProps {
  label: string;
  name: string;
  hint: string;
  /** Who can be named: people who may see what the comment is about. */
  people: readonly Option[];
}

/**
 * A comment in which `@` offers names. What is sent is plain text: without scripts a name can be typed in full, and the server reads
 * names in the same way.
 */
export function MentionField({ label, name, hint, people }: MentionFieldProps): ReactNode {
  const [typing, setTyping] = useState<Typing | null>(null);
  const [marked, setMarked] = useState(0);
  const field = useRef<HTMLTextAreaElement>(null);
  const list = useId();
  const offered = typing === null ? [] : people.filter((person) => fits(person.label, typing.text)).slice(0, OFFERED);
  const isOpen = offered.length > 0;
  const look = (): void => {
    const element = field.current;
    if (!element) return;
    setTyping(typingAt(element.value, element.selectionStart));
    setMarked(0);
  };
  const take = (person: Option): void => {
    const element = field.current;
    if (!element || typing === null) return;
    element.setRangeText(`@${person.label} `, typing.at, element.selectionStart, "end");
    element.focus();
    setTyping(null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isOpen) return;
    const person = offered[marked];
    if (event.key === "ArrowDown") setMarked((marked + 1) % offered.length);
    else if (event.key === "ArrowUp") setMarked((marked + offered.length - 1) % offered.length);
    else if ((event.key === "Enter" || event.key === "Tab") && person) take(person);
    else if (event.key === "Escape") setTyping(null);
    else return;
    event.preventDefault();
    // Escape closes the names, not the dialog around them.
    event.stopPropagation();
  };
  return (
    <Field label={label} hint={hint}>
      {(wiring) => (
        <span className="mention">
          <textarea
            rows={4}
            className="input"
            name={name}
            required
            maxLength={2000}
            ref={field}
            data-autofocus
            {...wiring}
            aria-autocomplete="list"
            aria-controls={isOpen ? list : undefined}
            aria-activedescendant={isOpen ? `${list}-${marked}` : undefined}
            onInput={look}
            onClick={look}
            onBlur={() => setTyping(null)}
            onKeyDown={onKeyDown}
          />
          {isOpen ? (
            <div id={list} className="menu mention-list" role="listbox" aria-label="People to mention">
              {offered.map((person, index) => (
                // Pressing must not take the focus from the text.
                <button key={person.value} type="button" tabIndex={-1} id={`${list}-${index}`} role="option" aria-selected={index === marked} className="menu-item" onPointerDown={(event) => event.preventDefault()} onClick={() => take(person)}>
                  {person.label}
                </button>
              ))}
            </div>
          ) : null}
          <span className="vh" role="status">
            {isOpen ? `${offered.length} ${offered.length === 1 ? "name" : "names"}, ${offered[marked]?.label ?? ""}` : ""}
          </span>
        </span>
      )}
    </Field>
  );
}

/** What is being typed after the `@` before the cursor; null where there is none. */
function typingAt(value: string, cursor: number): Typing | null {
  const match = /(?:^|[^\p{L}\p{N}._-])@([\p{L}\p{N}.'-]*(?: [\p{L}\p{N}.'-]*)?)$/u.exec(value.slice(0, cursor));
  return match ? { at: cursor - (match[1] ?? "").length - 1, text: match[1] ?? "" } : null;
}

function fits(name: string, text: string): boolean {
  const wanted = text.toLowerCase();
  const lower = name.toLowerCase();
  return lower !== wanted.trim() && (lower.startsWith(wanted) || lower.split(" ").some((word) => word.startsWith(wanted)));
}
