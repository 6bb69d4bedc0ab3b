import { createContext, type ReactNode, useContext } from "react";

/** Whose eyes the page is for: the zone all times are shown in, and the instant all ages are counted to. */
export interface Reader {
  /** IANA zone, such as `Europe/Zurich`. */
  zone: string;
  /** RFC 3339 instant the data was read at. Ages are counted to it, so that server and browser agree and nothing ticks by itself. */
  now: string;
}

const ReaderContext = createContext<Reader>({ zone: "UTC", now: "1970-01-01T00:00:00Z" });

/** Provides zone and "now" to every time, age and clock below it. */
export function ReaderProvider({ zone, now, children }: Reader & { children: ReactNode }): ReactNode {
  return <ReaderContext value={{ zone, now }}>{children}</ReaderContext>;
}

/** The reader's zone and the instant ages are counted to. */
export function useReader(): Reader {
  return useContext(ReaderContext);
}
