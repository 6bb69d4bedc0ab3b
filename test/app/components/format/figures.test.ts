import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDuration, formatLatency, secondsBetween } from "#app/components/format/duration.ts";
import { heatStep } from "#app/components/format/heat.ts";
import { initials, shortHash } from "#app/components/format/initials.ts";
import { formatPercent } from "#app/components/format/percent.ts";
import { sparkGeometry } from "#app/components/format/sparkline.ts";

const thin = (text: string): string => text.replaceAll("_", "\u202f");

describe("durations", () => {
  it.each([
    [0, "0 s"],
    [45, "45 s"],
    [59.9, "59 s"],
    [60, "1 min"],
    [38 * 60 + 59, "38 min"],
    [5 * 3600 + 22 * 60, "5 h 22 min"],
    [2 * 3600, "2 h"],
    [26 * 3600, "1 d 2 h"],
    [24 * 3600 + 59 * 60, "1 d"],
    [214 * 86400 + 7200, "214 d"],
    [-190 * 60, "3 h 10 min"],
  ])("%s s reads %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));
  it("says unknown for what cannot be measured", () => expect(formatDuration(secondsBetween("gibberish", "2026-11-20T00:00:00Z"))).toBe("unknown"));
  it("never shows more than two units, nor a zero one beside another", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (s) => {
        expect(formatDuration(s)).toMatch(/^\d+ (s|min|h|d)( \d+ (min|h))?$/);
        expect(formatDuration(s)).not.toMatch(/ 0 (min|h)$/);
      }),
    );
  });
  it.each([
    [95, "95 ms"],
    [999.6, "1 s"],
    [1940, "1.9 s"],
    [8000, "8 s"],
    [45_300, "45 s"],
    [240_000, "4 min"],
  ])("%s ms reads %s", (ms, text) => expect(formatLatency(ms)).toBe(text));
});

describe("percent", () => {
  it.each([
    [0.612, "61.2_%"],
    [0, "0_%"],
    [1, "100_%"],
    [0.9997, "99.97_%"],
    [0.999, "99.9_%"],
    [0.99999, ">_99.99_%"],
    [0.0009, "<_0.1_%"],
    [0.001, "0.1_%"],
    [0.5, "50.0_%"],
    [1.2, "120.0_%"],
  ])("%s reads %s", (share, text) => expect(formatPercent(share)).toBe(thin(text)));
  it("never claims all or nothing when it is not", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (share) => {
        expect(formatPercent(share)).not.toMatch(/^(0|0\.0|100|100\.0+)\u202f%$/);
      }),
    );
  });
  it("does not invent a share of nothing", () => expect(formatPercent(0 / 0)).toBeNull());
});

describe("heat, initials, hashes", () => {
  it("keeps step 0 for zero alone and 5 for the largest", () => {
    expect(heatStep(0, 118)).toBe(0);
    expect(heatStep(1, 118)).toBe(1);
    expect(heatStep(31, 118)).toBe(3);
    expect(heatStep(118, 118)).toBe(5);
    expect(heatStep(5, 0)).toBe(0);
  });
  it("never paints more with a weaker step", () => {
    fc.assert(fc.property(fc.nat(1e6), fc.nat(1e6), fc.integer({ min: 1, max: 1e6 }), (a, b, top) => heatStep(Math.min(a, b), top) <= heatStep(Math.max(a, b), top)));
  });
  it.each([
    ["Miriam Keller", "MK"],
    ["IT support", "IS"],
    ["Örjan", "ÖR"],
    ["  ", ""],
  ])("%s becomes %s", (name, text) => expect(initials(name)).toBe(text));
  it("cuts only hashes that are long", () => {
    expect(shortHash("9f3ac77081c21e")).toBe("9f3a…c21e");
    expect(shortHash("PO-4711")).toBe("PO-4711");
  });
});

describe("sparkline", () => {
  it("breaks the line at missing data and hatches the gap", () => {
    const g = sparkGeometry([1, 2, null, null, 3], 46, 20);
    expect(g.lines).toEqual(["M3 12.3L13 7.7", "M43 3"]);
    expect(g.gaps).toEqual([{ x: 18, width: 20 }]);
    expect(g.end).toEqual({ x: 43, y: 3 });
  });
  it("has no end dot where the last value is missing", () => expect(sparkGeometry([1, null], 46, 20).end).toBeNull());
  it("draws an empty or flat series without dividing by zero", () => {
    expect(sparkGeometry([], 46, 20)).toEqual({ lines: [], areas: [], gaps: [], end: null });
    expect(sparkGeometry([0, 0], 46, 20).lines).toEqual(["M3 17L43 17"]);
  });
});
