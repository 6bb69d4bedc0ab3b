import { type ReactNode, useEffect, useRef } from "react";
import { useLocation } from "react-router";
import { cx } from "../cx.ts";

/**
 * A disclosure that drops links or forms below a button: opens and works without JavaScript. With it, Escape, a click
 * elsewhere and going to another page close it.
 */
export function Popdown({ summary, summaryClass, up = false, stays = false, className, children }: { summary: ReactNode; summaryClass: string; up?: boolean; /** Stays open while its own choices change the address. */ stays?: boolean; className?: string; children: ReactNode }): ReactNode {
  const details = useRef<HTMLDetailsElement>(null);
  const location = useLocation();
  useEffect(() => {
    if (details.current && !stays) details.current.open = false;
  }, [location.key, stays]);
  useEffect(() => {
    const element = details.current;
    if (!element) return;
    const onPointer = (event: PointerEvent): void => {
      if (element.open && !element.contains(event.target as Node)) element.open = false;
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || !element.open) return;
      element.open = false;
      if (element.contains(document.activeElement)) element.querySelector("summary")?.focus();
    };
    document.addEventListener("pointerdown", onPointer);
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("pointerdown", onPointer);
      document.removeEventListener("keydown", onKey);
    };
  }, []);
  return (
    <details className={cx("popdown", up && "up", className)} ref={details}>
      <summary className={summaryClass}>
        {summary}
      </summary>
      <div className="menu">{children}</div>
    </details>
  );
}
