import type { ReactNode } from "react";

/** Outline icons: 16 × 16, stroke 1.5, drawn in the current colour. */
const OUTLINES = {
  tower: "M2 14h12M3.5 14V8.5M6.5 14V5M9.5 14V7M12.5 14V2.5",
  list: "M5.5 4H14M5.5 8H14M5.5 12H14M2 4h.6M2 8h.6M2 12h.6",
  scale: "M2 5h5v9H2zM9 2h5v12H9zM4 8h1M4 11h1M11 5h1M11 8h1M11 11h1",
  replay: "M2.5 8a5.5 5.5 0 1 1 1.8 4.1M4.3 12.1H1.6M4.3 12.1v2.6",
  cart: "M3 2h8l2.5 2.5V14H3zM5.5 6.5h5M5.5 9h5M5.5 11.5h3",
  invoice: "M3.5 2h9v12l-1.5-1-1.5 1L8 13l-1.5 1L5 13l-1.5 1zM6 5.5h4M6 8.5h4",
  pulse: "M1.5 8.5h3l2-5 3 9 2-4h3",
  plug: "M5.5 2v3M10.5 2v3M4 5h8v3a4 4 0 0 1-8 0zM8 12v2.5",
  clock: "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12zM8 4.5V8l2.4 1.6",
  shield: "M8 1.8l5 1.8v4.2c0 3.2-2.2 5.3-5 6.4-2.8-1.1-5-3.2-5-6.4V3.6zM5.7 8l1.7 1.7 3-3.3",
  doc: "M4 2h5l3 3v9H4zM9 2v3h3",
  gear: "M2 4.5h6M11 4.5h3M2 11.5h3M8 11.5h6M9.5 2.9a1.6 1.6 0 1 0 0 3.2a1.6 1.6 0 1 0 0-3.2zM6.5 9.9a1.6 1.6 0 1 0 0 3.2a1.6 1.6 0 1 0 0-3.2z",
  care: "M6 2h4v4h4v4h-4v4H6v-4H2V6h4z",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9zM10.5 10.5L14 14",
  x: "M4 4l8 8M12 4l-8 8",
  check: "M3.5 8.5l3 3 6-7",
  down: "M4 6l4 4 4-4",
  up: "M4 10l4-4 4 4",
  right: "M6 4l4 4-4 4",
  rise: "M8 13V3M4 7l4-4 4 4",
  fall: "M8 3v10M4 9l4 4 4-4",
  flat: "M3 8h10",
  arrow: "M3 8h10M9 4l4 4-4 4",
  plus: "M8 3v10M3 8h10",
  user: "M8 2.8a2.7 2.7 0 1 0 0 5.4a2.7 2.7 0 1 0 0-5.4zM2.8 13.7c.6-2.6 2.6-4 5.2-4s4.6 1.4 5.2 4",
  chat: "M2.5 3h11v8H7l-3 2.5V11H2.5z",
  book: "M2.5 3c2-.7 4-.5 5.5.6 1.5-1.1 3.5-1.3 5.5-.6v9.7c-2-.7-4-.5-5.5.6-1.5-1.1-3.5-1.3-5.5-.6zM8 3.6v9.7",
  download: "M8 2.5V10M4.5 7L8 10.3 11.5 7M3 13.5h10",
  print: "M4.5 6V2h7v4M4.5 11.5H2.5V6h11v5.5h-2M4.5 9.5h7V14h-7z",
  link: "M6.5 9.5l3-3M7 4.5l1.3-1.3a3 3 0 0 1 4.3 4.3L11.3 8.8M9 11.5l-1.3 1.3a3 3 0 0 1-4.3-4.3l1.3-1.3",
  bell: "M3 11.5h10c-1-1-1.5-2-1.5-4.5a3.5 3.5 0 0 0-7 0c0 2.5-.5 3.5-1.5 4.5zM6.5 13.8h3",
  facility: "M2.5 14V3.5h7V14M9.5 7h4v7M1.5 14h13M6 5.5v3M4.5 7h3M5 14v-2.5h2V14",
  columns: "M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10",
  layers: "M8 2l6 3-6 3-6-3zM2.5 8L8 10.8 13.5 8M2.5 11L8 13.8 13.5 11",
  split: "M2 8h4l3-4h5M6 8l3 4h5M12 2l2 2-2 2M12 10l2 2-2 2",
  eye: "M1.5 8c1.5-2.8 3.8-4.2 6.5-4.2s5 1.4 6.5 4.2c-1.5 2.8-3.8 4.2-6.5 4.2S3 10.8 1.5 8zM8 6.1a1.9 1.9 0 1 0 0 3.8a1.9 1.9 0 1 0 0-3.8z",
  lock: "M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2",
  keyboard: "M2 4h12v8H2zM4.5 6.5h.1M7 6.5h.1M9.5 6.5h.1M11.8 6.5h.1M5 9.5h6",
  tray: "M2 9.5h3.5l1 2h3l1-2H14M2 9.5V13h12V9.5M5.8 3l4.4 4.4M10.2 3L5.8 7.4",
  failed: "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4",
  unequal: "M3 6h10M3 10h10M10.5 3l-5 10",
  copy: "M5.5 5.5h8v8h-8zM2.5 10.5v-8h8",
  filter: "M2 3.5h12M4.5 8h7M7 12.5h2",
  approve: "M6.5 2.8a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5zM1.8 13.7c.5-2.5 2.3-3.9 4.7-3.9 1 0 2 .3 2.8.8M10 12.2l1.6 1.6 2.9-3.2",
  box: "M2.5 5L8 2.2 13.5 5v6L8 13.8 2.5 11zM2.5 5L8 7.8 13.5 5M8 7.8v6",
  record: "M8 2.2c3 0 5.2.9 5.2 2s-2.2 2-5.2 2-5.2-.9-5.2-2 2.2-2 5.2-2zM2.8 4.2v7.6c0 1.1 2.2 2 5.2 2s5.2-.9 5.2-2V4.2M2.8 8c0 1.1 2.2 2 5.2 2s5.2-.9 5.2-2",
  code: "M5.5 4.5L2 8l3.5 3.5M10.5 4.5L14 8l-3.5 3.5",
  exit: "M6.5 2.5h-4v11h4M6.5 8H14M11 5l3 3-3 3",
} as const;

/** Pictures that carry their own colours: states and severities, told apart by shape first. */
const PICTURES = {
  more: (
    <g fill="currentColor" stroke="none">
      <circle cx="3.5" cy="8" r="1.2" />
      <circle cx="8" cy="8" r="1.2" />
      <circle cx="12.5" cy="8" r="1.2" />
    </g>
  ),
  theme: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path fill="currentColor" stroke="none" d="M8 2.5a5.5 5.5 0 0 1 0 11z" />
    </>
  ),
  stop: (
    <>
      <path fill="var(--stop-fill)" stroke="none" d="M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2l-3.7-3.7V5.2z" />
      <path stroke="#fff" strokeWidth="1.8" d="M8 4.6v4.2M8 11.3v.1" />
    </>
  ),
  caution: (
    <>
      <path fill="var(--caution-fill)" stroke="var(--caution-fill)" strokeWidth="1.4" d="M8 2.4l6 11H2z" />
      <path stroke="#1a1200" strokeWidth="1.7" d="M8 6.3v3.2M8 11.6v.1" />
    </>
  ),
  clear: (
    <>
      <circle cx="8" cy="8" r="6.2" fill="var(--clear-fill)" stroke="none" />
      <path stroke="#fff" strokeWidth="1.8" d="M5.1 8.3l2 2 3.9-4.4" />
    </>
  ),
  unknown: (
    <>
      <circle cx="8" cy="8" r="5.8" stroke="var(--unknown-fill)" strokeDasharray="2.6 2" />
      <path stroke="var(--unknown)" d="M6.3 6.5a1.7 1.7 0 1 1 2.6 1.5c-.6.3-.9.6-.9 1.2M8 11.1v.1" />
    </>
  ),
  paused: (
    <>
      <circle cx="8" cy="8" r="6" stroke="var(--edge)" />
      <path stroke="var(--ink-3)" strokeWidth="1.7" d="M6.5 5.8v4.4M9.5 5.8v4.4" />
    </>
  ),
  waiting: <circle cx="8" cy="8" r="5.8" stroke="var(--edge)" />,
  critical: (
    <>
      <rect x="1" y="1" width="14" height="14" rx="3.5" fill="var(--stop-fill)" stroke="none" />
      <path stroke="#fff" strokeWidth="1.9" d="M8 4v4.7M8 11.7v.1" />
    </>
  ),
  high: bars(3),
  normal: bars(2),
  low: bars(1),
} satisfies Record<string, ReactNode>;

function bars(filled: number): ReactNode {
  const heights = [4.5, 8.5, 13];
  return (
    <g stroke="none">
      {heights.map((height, i) => (
        <rect key={height} x={1.5 + i * 4.9} y={14.5 - height} width="3.2" height={height} rx="1" fill={i < filled ? "var(--ink-2)" : "var(--line-2)"} />
      ))}
    </g>
  );
}

export type IconName = keyof typeof OUTLINES | keyof typeof PICTURES;

interface IconProps {
  name: IconName;
  /** Read aloud; leave out where text beside the icon says the same. */
  label?: string | undefined;
  size?: "s" | "xs" | undefined;
  className?: string | undefined;
}

/** One icon. Decorative unless it has a label. */
export function Icon({ name, label, size, className }: IconProps): ReactNode {
  const classes = ["i", size, className].filter(Boolean).join(" ");
  const drawing = name in OUTLINES ? <path d={OUTLINES[name as keyof typeof OUTLINES]} /> : PICTURES[name as keyof typeof PICTURES];
  return label ? (
    <svg className={classes} viewBox="0 0 16 16" role="img" aria-label={label}>
      {drawing}
    </svg>
  ) : (
    <svg className={classes} viewBox="0 0 16 16" aria-hidden="true">
      {drawing}
    </svg>
  );
}

/** The mark: a lever frame, two levers home and one pulled. */
export function Mark(): ReactNode {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" className="text-accent">
      <rect x="1" y="16" width="18" height="2" rx="1" fill="currentColor" opacity=".9" />
      <path d="M4.2 13.6V5M9.2 13.6V5M12.4 13.6l3.9-7.7" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />
      <g fill="currentColor">
        <circle cx="4.2" cy="3.6" r="1.6" />
        <circle cx="9.2" cy="3.6" r="1.6" />
        <circle cx="17" cy="4.5" r="1.6" />
      </g>
    </svg>
  );
}
