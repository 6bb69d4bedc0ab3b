import type { UIMatch } from "react-router";

/**
 * What a page tells the frame around it, as its route's `handle`. The frame is drawn once by `routes/_shell.tsx`; a page's loader
 * answers `asOf`, the instant that all ages on the page are counted to.
 */
export interface PageHandle {
  /** The screen's name, also when its data could not be loaded. */
  title: string;
  /** A name that needs the loader's data, such as an id. */
  titleOf?: (data: unknown) => string | null;
  /** The list that one thing was reached from. */
  parent?: { label: string; to: string };
  /** True where the page reads `?facility=`: then the facility menu stays on the page. */
  facilities?: boolean;
  /** What to do with live news. `ask`: new rows wait for the person; `follow`: figures are read again. */
  live?: "ask" | "follow";
}

/** A handle whose title comes from the data of the route's own loader. */
export function pageHandle<Data>(handle: Omit<PageHandle, "titleOf"> & { titleOf?: (data: Data) => string | null }): PageHandle {
  const { titleOf, ...rest } = handle;
  return titleOf ? { ...rest, titleOf: (data) => titleOf(data as Data) } : rest;
}

export interface CurrentPage extends PageHandle {
  /** Newest `asOf` of the data on the page, if it has any. */
  asOf: string | null;
  /** Greatest id of an exception that the page knows, if it says so: what is greater is new. */
  newestId: number | null;
}

/** The handle in force: that of the innermost matched route which has one. */
export function currentPage(matches: readonly UIMatch[]): CurrentPage {
  const match = matches.findLast((each) => isHandle(each.handle));
  const handle = match && isHandle(match.handle) ? match.handle : { title: "Signalbox" };
  const data = isRecord(match?.loaderData) ? match.loaderData : null;
  const asOf = data && typeof data.asOf === "string" ? data.asOf : null;
  const newestId = data && typeof data.newestId === "number" ? data.newestId : null;
  return { ...handle, title: (data && handle.titleOf?.(data)) || handle.title, asOf, newestId };
}

function isHandle(handle: unknown): handle is PageHandle {
  return isRecord(handle) && typeof handle.title === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
