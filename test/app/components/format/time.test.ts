import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAsOf, formatClock, formatDay, formatExact, formatMoment, isZone } from "#app/components/format/time.ts";
import { timeScale } from "#app/components/format/timescale.ts";

const NOW = "2026-11-20T13:32:08Z";
const ZURICH = "Europe/Zurich";

describe("instants in the reader's zone", () => {
  it("names the zone once, at the freshness", () => expect(formatAsOf(NOW, ZURICH)).toBe("14:32:08 CET, Fri 20 Nov"));
  it("uses summer time when it is summer", () => expect(formatExact("2026-07-01T10:00:00.050Z", ZURICH)).toBe("Wed 1 Jul 2026, 12:00:00.050 CEST"));
  it.each([
    ["2026-11-20T08:10:00Z", "09:10"],
    ["2026-11-19T23:30:00Z", "00:30"],
    ["2026-11-19T22:30:00Z", "19 Nov 23:30"],
    ["2025-11-20T08:10:00Z", "20 Nov 2025"],
    ["1948-05-14T23:30:00Z", "15 May 1948"],
    ["2120-01-01T00:00:00Z", "1 Jan 2120"],
  ])("%s is %s", (instant, text) => expect(formatMoment(instant, ZURICH, NOW)).toBe(text));
  it("gives nothing for what is no instant", () => {
    expect(formatMoment("yesterday", ZURICH, NOW)).toBeNull();
    expect(formatClock("", ZURICH)).toBeNull();
    expect(formatDay("2026-13-45", ZURICH)).toBeNull();
  });
  it("knows a zone from a wish", () => {
    expect(isZone("Europe/London")).toBe(true);
    expect(isZone("Mars/Base")).toBe(false);
  });
});

describe("the waterfall's scale", () => {
  const at = (iso: string): number => Date.parse(iso);
  it("draws and names one break where the silence dwarfs what came before", () => {
    const scale = timeScale(["08:02:10", "08:02:20", "08:02:45", "09:41:52"].map((t) => at(`2026-11-20T${t}Z`)), at("2026-11-20T14:32:00Z"), "UTC");
    expect(scale.breakAt).toBe(47);
    expect(scale.note).toBe("Time scale: seconds until ≈, then hours");
    expect(scale.position(at("2026-11-20T08:02:10Z"))).toBe(0);
    expect(scale.position(at("2026-11-20T14:32:00Z"))).toBe(100);
    expect(scale.position(at("2026-11-20T08:02:45Z"))).toBeLessThan(45);
    expect(scale.position(at("2026-11-20T09:41:52Z"))).toBe(49);
  });
  it("leaves no empty half where nothing happened since", () => {
    const scale = timeScale(["08:02:10", "08:02:20", "08:02:45"].map((t) => at(`2026-11-12T${t}Z`)), at("2026-11-21T14:32:00Z"), "UTC");
    expect(scale.breakAt).toBe(90);
    expect(scale.note).toBe("Time scale: seconds until ≈, then nothing until now");
    expect(scale.position(at("2026-11-21T14:32:00Z"))).toBe(100);
  });

  it("stays plain when time runs evenly", () => {
    const scale = timeScale([0, 1000, 2000, 3000], 4000, "UTC");
    expect(scale.breakAt).toBeNull();
    expect(scale.note).toBeNull();
    expect(scale.position(1000)).toBe(25);
  });
  it("never runs backwards and never leaves the lane", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4e12 }), { minLength: 1, maxLength: 30 }), fc.integer({ min: 0, max: 4e12 }), (instants, now) => {
        const scale = timeScale(instants, now, "UTC");
        const sorted = [...instants, now].sort((a, b) => a - b);
        let before = -1;
        for (const t of sorted) {
          const p = scale.position(t);
          expect(p).toBeGreaterThanOrEqual(Math.max(0, before));
          expect(p).toBeLessThanOrEqual(100);
          before = p;
        }
        expect(scale.ticks.length).toBeLessThanOrEqual(8);
      }),
    );
  });
});
