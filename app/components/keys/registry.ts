/**
 * The one list of keyboard shortcuts. Components register keys while they are on the page; `?` shows exactly those. Single
 * keys are off inside fields, with a modifier, inside a modal dialog, and when the reader switched them off (WCAG 2.1.4).
 */

export interface KeyBinding {
  label: string;
  group: string;
  run: (event: KeyboardEvent) => void;
}

export interface ListedKey {
  keys: string;
  label: string;
  group: string;
}

/** The part of a keyboard event the registry looks at. */
export type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "isComposing" | "defaultPrevented" | "target">;

const SEQUENCE_MS = 1000;

/** Keys with names of their own work on whatever has focus; only plain characters can be mistaken for typing. */
export class KeyRegistry {
  readonly #bindings = new Map<string, KeyBinding[]>();
  readonly #listeners = new Set<() => void>();
  #snapshot: readonly ListedKey[] = [];
  #pending: { key: string; at: number } | null = null;
  #enabled = true;

  /** Adds a binding for `j`, `X` (with Shift), `Escape` or a sequence `g e`; the newest wins. Answers how to take it away. */
  add(keys: string, binding: KeyBinding): () => void {
    this.#bindings.set(keys, [...(this.#bindings.get(keys) ?? []), binding]);
    this.#changed();
    return () => {
      const rest = (this.#bindings.get(keys) ?? []).filter((b) => b !== binding);
      if (rest.length > 0) this.#bindings.set(keys, rest);
      else this.#bindings.delete(keys);
      this.#changed();
    };
  }

  /** Finds what a key press means now, `null` if nothing. `now` in milliseconds, for two-key sequences. */
  match(press: KeyPress, now: number, context: { inField: boolean; inModal: boolean }): KeyBinding | null {
    if (!this.#enabled || press.defaultPrevented || press.isComposing || press.ctrlKey || press.metaKey || press.altKey || context.inField || context.inModal) {
      this.#pending = null;
      return null;
    }
    const pending = this.#pending;
    this.#pending = null;
    if (pending && now - pending.at <= SEQUENCE_MS) {
      const both = this.#bindings.get(`${pending.key} ${press.key}`)?.at(-1);
      if (both) return both;
    }
    const single = this.#bindings.get(press.key)?.at(-1);
    if (single) return single;
    if ([...this.#bindings.keys()].some((keys) => keys.startsWith(`${press.key} `))) this.#pending = { key: press.key, at: now };
    return null;
  }

  /** Whether single keys work at all: the reader's choice. */
  get enabled(): boolean {
    return this.#enabled;
  }

  /** Switches single keys on or off. */
  switch(enabled: boolean): void {
    this.#enabled = enabled;
  }

  /** What `?` lists; the same array until something changes. */
  list = (): readonly ListedKey[] => this.#snapshot;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #changed(): void {
    this.#snapshot = [...this.#bindings].flatMap(([keys, bindings]) => {
      const binding = bindings.at(-1);
      return binding ? [{ keys, label: binding.label, group: binding.group }] : [];
    });
    for (const listener of this.#listeners) listener();
  }
}

/** Whether typing goes into this element. Boxes and buttons take no text, so keys keep working on them. */
export function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "reset", "file", "range", "color"].includes(target.type);
}
