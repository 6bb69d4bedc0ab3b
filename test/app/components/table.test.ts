import { describe, expect, it } from "vitest";
import { ariaSort, cardLabel, nextSort, rangeOf } from "#app/components/table/column.ts";

describe("sorting by links", () => {
  it("starts the way the column asks and turns at the second click", () => {
    expect(nextSort({ sort: "age", firstSort: "desc" }, null)).toBe("-age");
    expect(nextSort({ sort: "age", firstSort: "desc" }, "-age")).toBe("age");
    expect(nextSort({ sort: "dueAt" }, "-age")).toBe("dueAt");
    expect(nextSort({ sort: "dueAt" }, "dueAt")).toBe("-dueAt");
    expect(nextSort({}, null)).toBeNull();
  });
  it("says which way to screen readers, and only on that column", () => {
    expect(ariaSort("age", "-age")).toBe("descending");
    expect(ariaSort("age", "age")).toBe("ascending");
    expect(ariaSort("age", "-ageDays")).toBeUndefined();
  });
});

describe("a row as a card", () => {
  it("says what a figure is, unless the figure says it", () => {
    expect(cardLabel({ header: "Late", numeric: true })).toBe("Late");
    expect(cardLabel({ header: "Money", numeric: true })).toBeUndefined();
    expect(cardLabel({ header: "Late", numeric: true, cardLabelled: false })).toBeUndefined();
    expect(cardLabel({ header: "Owner" })).toBeUndefined();
    expect(cardLabel({ header: "Loaded", cardLabelled: true })).toBe("Loaded");
  });
});

describe("selecting a range", () => {
  const ids = ["a", "b", "c", "d"];
  it("takes both ends, in either direction", () => {
    expect(rangeOf(ids, "b", "d")).toEqual(["b", "c", "d"]);
    expect(rangeOf(ids, "d", "b")).toEqual(["b", "c", "d"]);
  });
  it("takes only what is still in the list", () => {
    expect(rangeOf(ids, "gone", "c")).toEqual(["c"]);
    expect(rangeOf(ids, null, "c")).toEqual(["c"]);
    expect(rangeOf(ids, "a", "gone")).toEqual([]);
  });
});
