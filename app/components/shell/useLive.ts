import { useEffect, useEffectEvent, useState } from "react";

/** What the live stream says: ids of exceptions that changed; `many`: more than those named. */
interface News {
  changed: string[];
  many: boolean;
}

export interface Live {
  /** Null until the stream has answered or failed for the first time. */
  connected: boolean | null;
  /** Changed since `mark`; grows until the page is read again. */
  changed: ReadonlySet<string>;
  many: boolean;
}

/** Listens to the live stream while the page is open. `mark` (the data's `asOf`) starts the collection anew. The browser reconnects by itself. */
export function useLive(mark: string): Live {
  const [connected, setConnected] = useState<boolean | null>(null);
  const [news, setNews] = useState<{ mark: string; changed: ReadonlySet<string>; many: boolean }>({ mark, changed: new Set(), many: false });
  const collect = useEffectEvent((said: News) => {
    if (said.changed.length === 0 && !said.many) return;
    setNews((before) => {
      const current = before.mark === mark ? before : { mark, changed: new Set<string>(), many: false };
      return { mark, changed: new Set([...current.changed, ...said.changed]), many: current.many || said.many };
    });
  });
  useEffect(() => {
    const source = new EventSource("/api/v1/live");
    source.addEventListener("open", () => setConnected(true));
    source.addEventListener("error", () => setConnected(false));
    source.addEventListener("exceptions", (event: MessageEvent<string>) => collect(JSON.parse(event.data) as News));
    return () => source.close();
  }, []);
  return news.mark === mark ? { connected, changed: news.changed, many: news.many } : { connected, changed: new Set(), many: false };
}
