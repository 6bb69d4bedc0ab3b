import type { ReactNode } from "react";
import { Mark } from "../Icon.tsx";

/** The frame of the few pages that stand alone, before anybody is signed in or where no screen is: the name, one panel, nothing else. */
export function EntryPage({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <main className="mx-auto grid min-h-screen w-full max-w-sm content-center gap-4 p-6">
      <div className="flex items-center gap-2">
        <Mark />
        <strong>Signalbox</strong>
      </div>
      <section className="panel grid gap-3 px-5 py-5" aria-labelledby="entry-title">
        <h1 id="entry-title" className="text-lg font-semibold">
          {title}
        </h1>
        {children}
      </section>
    </main>
  );
}
