import type { ReactNode } from "react";

/** A mail as its reader sees it, in a frame of its own that runs no script and loads nothing. */
export function MailFrame({ src, title }: { src: string; title: string }): ReactNode {
  return <iframe className="block h-[640px] w-full rounded-md border border-line bg-white" src={src} title={title} sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy" />;
}
