import { type RefObject, useEffect, useRef, useState } from "react";

/**
 * Whether the first child of a box is no wider than the box, kept true as either changes. A box that scrolls sideways holds a sticky
 * head to itself instead of to the page, so a table's box scrolls only while it must. False on the server: there it may scroll.
 */
export function useFits<Box extends HTMLElement>(): { box: RefObject<Box | null>; fits: boolean } {
  const box = useRef<Box>(null);
  const [fits, setFits] = useState(false);
  useEffect(() => {
    const outer = box.current;
    const inner = outer?.firstElementChild;
    if (!outer || !inner) return;
    // Half a pixel is rounding, not an overflow.
    const measure = (): void => setFits(inner.getBoundingClientRect().width <= outer.getBoundingClientRect().width + 0.5);
    const observer = new ResizeObserver(measure);
    observer.observe(outer);
    observer.observe(inner);
    return () => observer.disconnect();
  }, []);
  return { box, fits };
}
