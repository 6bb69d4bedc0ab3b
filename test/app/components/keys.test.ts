import { describe, expect, it } from "vitest";
import { type KeyBinding, type KeyPress, KeyRegistry } from "#app/components/keys/registry.ts";
import { goKeys, NAVIGATION } from "#app/components/shell/navigation.ts";

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({ key, ctrlKey: false, metaKey: false, altKey: false, isComposing: false, defaultPrevented: false, target: null, ...more });
const free = { inField: false, inModal: false };
const binding = (label: string): KeyBinding => ({ label, group: "Test", run: () => undefined });

describe("the one list of keys", () => {
  it("finds single keys, told apart by Shift", () => {
    const keys = new KeyRegistry();
    keys.add("x", binding("one"));
    keys.add("X", binding("range"));
    expect(keys.match(press("x"), 0, free)?.label).toBe("one");
    expect(keys.match(press("X"), 0, free)?.label).toBe("range");
    expect(keys.match(press("y"), 0, free)).toBeNull();
  });

  it("is silent in fields, in modal dialogs, with modifiers and when switched off", () => {
    const keys = new KeyRegistry();
    keys.add("r", binding("replay"));
    expect(keys.match(press("r"), 0, { inField: true, inModal: false })).toBeNull();
    expect(keys.match(press("r"), 0, { inField: false, inModal: true })).toBeNull();
    for (const modifier of ["ctrlKey", "metaKey", "altKey", "isComposing", "defaultPrevented"] as const) expect(keys.match(press("r", { [modifier]: true }), 0, free)).toBeNull();
    keys.switch(false);
    expect(keys.match(press("r"), 0, free)).toBeNull();
  });

  it("takes two keys within a second, and not later", () => {
    const keys = new KeyRegistry();
    keys.add("g e", binding("exceptions"));
    keys.add("e", binding("resolve"));
    keys.match(press("g"), 0, free);
    expect(keys.match(press("e"), 900, free)?.label).toBe("exceptions");
    keys.match(press("g"), 2000, free);
    expect(keys.match(press("e"), 3001, free)?.label).toBe("resolve");
  });

  it("forgets the first key when a field was typed into between", () => {
    const keys = new KeyRegistry();
    keys.add("g e", binding("exceptions"));
    keys.match(press("g"), 0, free);
    keys.match(press("a"), 100, { inField: true, inModal: false });
    expect(keys.match(press("e"), 200, free)).toBeNull();
  });

  it("lets the newest binding win and gives the older one back", () => {
    const keys = new KeyRegistry();
    keys.add("u", binding("old"));
    const remove = keys.add("u", binding("new"));
    expect(keys.match(press("u"), 0, free)?.label).toBe("new");
    expect(keys.list()).toEqual([{ keys: "u", label: "new", group: "Test" }]);
    remove();
    expect(keys.match(press("u"), 0, free)?.label).toBe("old");
  });
});

describe("the keys to go to a screen", () => {
  it("every entry of the navigation has a letter of its own, when its own letters are taken too", () => {
    const items = NAVIGATION.flatMap((group) => group.items);
    const keys = goKeys(NAVIGATION);
    expect(keys.map(({ item }) => item)).toEqual(items);
    expect(new Set(keys.map(({ letter }) => letter)).size).toBe(items.length);
    expect(goKeys([{ label: null, items: ["ab", "ba", "aabb"].map((label) => ({ to: `/${label}`, label, icon: "list" as const })) }]).map(({ letter }) => letter)).toEqual(["a", "b", "c"]);
  });
});
