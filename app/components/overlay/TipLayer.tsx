import { type ReactNode, useEffect, useRef, useState } from "react";

interface Tip {
  text: string;
  left: number;
  top: number;
}

/** What is shortened to one line tells the rest of itself; null for what is whole. */
function cutText(target: Element | null): { owner: Element; text: string } | null {
  const owner = target?.closest(".tr") ?? target?.querySelector(".tr") ?? null;
  return owner && owner.scrollWidth > owner.clientWidth ? { owner, text: owner.textContent.trim() } : null;
}

/**
 * The one tooltip of the page: shows `data-tip` of whatever is hovered or focused, else the whole of a text that is cut. One listener instead of a component
 * per cell keeps long tables light. Stays while hovered itself, Escape dismisses it (WCAG 1.4.13).
 */
export function TipLayer(): ReactNode {
  const [tip, setTip] = useState<Tip | null>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (event: Event): void => {
      const target = event.target instanceof Element ? event.target : null;
      if (target && box.current?.contains(target)) return;
      const told = target?.closest("[data-tip]");
      const found = told ? { owner: told, text: told.getAttribute("data-tip") ?? "" } : cutText(target);
      clearTimeout(timer);
      if (!found) {
        timer = setTimeout(() => setTip(null), 100);
        return;
      }
      const { owner, text } = found;
      const rect = owner.getBoundingClientRect();
      const wait = event.type === "focusin" ? 0 : 350;
      timer = setTimeout(() => setTip(text ? { text, left: rect.left, top: rect.bottom + 6 > window.innerHeight - 40 ? rect.top - 34 : rect.bottom + 6 } : null), wait);
    };
    const hide = (event: Event): void => {
      if (event.type === "keydown" && (event as KeyboardEvent).key !== "Escape") return;
      clearTimeout(timer);
      setTip(null);
    };
    document.addEventListener("mouseover", show);
    document.addEventListener("focusin", show);
    document.addEventListener("keydown", hide);
    document.addEventListener("scroll", hide, true);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("mouseover", show);
      document.removeEventListener("focusin", show);
      document.removeEventListener("keydown", hide);
      document.removeEventListener("scroll", hide, true);
    };
  }, []);
  useEffect(() => {
    // Never off the right edge: measured once it has its text.
    const element = box.current;
    if (!element || !tip) return;
    const over = tip.left + element.offsetWidth + 8 - window.innerWidth;
    if (over > 0) element.style.left = `${Math.max(8, tip.left - over)}px`;
  }, [tip]);
  if (!tip) return null;
  return (
    <div ref={box} className="tip noprint" role="tooltip" style={{ left: tip.left, top: tip.top }}>
      {tip.text}
    </div>
  );
}
