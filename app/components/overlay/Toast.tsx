import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { Icon } from "../Icon.tsx";
import { useKey } from "../keys/KeysProvider.tsx";

export interface ToastMessage {
  /** What happened and to how many: `3 exceptions assigned to Tom Brandt`. */
  text: string;
  /** Offered for 10 s, also on `u`. */
  undo?: () => void;
}

const ToastContext = createContext<(message: ToastMessage) => void>(() => undefined);

/** Says what just happened; one message at a time, gone after 10 s. */
export function useToast(): (message: ToastMessage) => void {
  return useContext(ToastContext);
}

/** Holds the toast of the page. Its region exists from the start, or screen readers would miss the first message. */
export function ToastProvider({ children }: { children: ReactNode }): ReactNode {
  const [message, setMessage] = useState<ToastMessage | null>(null);
  const show = useCallback((next: ToastMessage) => setMessage(next), []);
  const undo = useMemo(
    () =>
      message?.undo
        ? () => {
            message.undo?.();
            setMessage(null);
          }
        : null,
    [message],
  );
  useEffect(() => {
    if (!message) return;
    const timer = setTimeout(() => setMessage(null), 10_000);
    return () => clearTimeout(timer);
  }, [message]);
  useKey("u", undo ? { label: "Undo what was just done", group: "Everywhere", run: undo } : null);
  return (
    <ToastContext value={show}>
      {children}
      <div className="toasts noprint" role="status">
        {message ? (
          <div className="toast">
            <Icon name="check" />
            <span>{message.text}</span>
            {undo ? (
              <button type="button" onClick={undo}>
                Undo <kbd aria-hidden="true">u</kbd>
              </button>
            ) : null}
          </div>
        ) : null}
      </div>
    </ToastContext>
  );
}
