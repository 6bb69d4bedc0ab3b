import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Checkbox } from "../fields/Checkbox.tsx";
import { Dialog } from "../overlay/Drawer.tsx";
import { type KeyBinding, KeyRegistry, type ListedKey, takesText } from "./registry.ts";

const STORAGE = "signalbox.keys";

interface Keys {
  registry: KeyRegistry;
  showHelp: () => void;
}

const KeysContext = createContext<Keys | null>(null);

/** Registers a shortcut while the component is on the page; `null` registers nothing. */
export function useKey(keys: string, binding: KeyBinding | null): void {
  const registry = useContext(KeysContext)?.registry;
  const latest = useRef(binding);
  useEffect(() => {
    latest.current = binding;
  });
  const label = binding?.label;
  const group = binding?.group;
  useEffect(() => {
    if (!registry || label === undefined || group === undefined) return;
    return registry.add(keys, { label, group, run: (event) => latest.current?.run(event) });
  }, [registry, keys, label, group]);
}

/** Opens the list of shortcuts. */
export function useShowKeys(): () => void {
  return useContext(KeysContext)?.showHelp ?? (() => undefined);
}

/** Listens once for the whole page and owns the `?` dialog. */
export function KeysProvider({ children }: { children: ReactNode }): ReactNode {
  const [registry] = useState(() => new KeyRegistry());
  const [open, setOpen] = useState(false);
  const showHelp = useCallback(() => setOpen(true), []);
  const [keys] = useState<Keys>(() => ({ registry, showHelp }));
  useEffect(() => {
    registry.switch(localStorage.getItem(STORAGE) !== "off");
    const onKey = (event: KeyboardEvent): void => {
      const binding = registry.match(event, Date.now(), { inField: takesText(event.target), inModal: document.querySelector("[role=dialog][data-state=open]") !== null });
      if (!binding) return;
      event.preventDefault();
      binding.run(event);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [registry]);
  return (
    <KeysContext value={keys}>
      <HelpKey />
      {children}
      <KeysDialog registry={registry} open={open} onOpenChange={setOpen} />
    </KeysContext>
  );
}

function HelpKey(): ReactNode {
  useKey("?", { label: "Show these shortcuts", group: "Everywhere", run: useShowKeys() });
  return null;
}

const NONE: readonly ListedKey[] = [];

function KeysDialog({ registry, open, onOpenChange }: { registry: KeyRegistry; open: boolean; onOpenChange: (open: boolean) => void }): ReactNode {
  const list = useSyncExternalStore(registry.subscribe, registry.list, () => NONE);
  const groups = Map.groupBy(list, (key) => key.group);
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" wide>
      <div className="keygroups">
        {[...groups].map(([group, bound]) => (
          <section key={group}>
            <h3 className="mb-1.5">{group}</h3>
            <dl className="keylist">
              {bound.map((key) => (
                <div key={key.keys} className="contents">
                  <dt>
                    {key.keys.split(" ").map((k) => (
                      <kbd key={k}>{/^[A-Z]$/.test(k) ? `Shift ${k.toLowerCase()}` : k}</kbd>
                    ))}
                  </dt>
                  <dd>{key.label}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <Checkbox
        defaultChecked={registry.enabled}
        onChange={(event) => {
          registry.switch(event.target.checked);
          localStorage.setItem(STORAGE, event.target.checked ? "on" : "off");
        }}
      >
        Use single-key shortcuts in this browser. They are always off inside fields.
      </Checkbox>
    </Dialog>
  );
}
