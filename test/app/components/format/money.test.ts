import currencies, { code } from "currency-codes";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatCount, formatMoney, minorUnits } from "#app/components/format/money.ts";

describe("money as text", () => {
  // Each by hand, from the design's number rules.
  it.each([
    ["538214.60", "CHF", "538,214.60"],
    ["538214.6", "CHF", "538,214.60"],
    ["-12480.50", "CHF", "−12,480.50"],
    ["84000", "JPY", "84,000"],
    ["1.5", "KWD", "1.500"],
    ["0", "EUR", "0.00"],
    ["-0.00", "EUR", "0.00"],
    ["007.10", "EUR", "7.10"],
    ["0.1234567800", "EUR", "0.12345678"],
    ["1284310442.05", "CHF", "1,284,310,442.05"],
    ["99999999999999999999999999.99", "EUR", "99,999,999,999,999,999,999,999,999.99"],
  ])("%s %s reads %s", (value, currency, text) => {
    expect(formatMoney(value, currency)).toBe(text);
  });

  it.each([
    ["842106.49", "842,106"],
    ["842106.50", "842,107"],
    ["-999.5", "−1,000"],
    ["0.49", "0"],
  ])("a tile shows %s as %s", (value, text) => {
    expect(formatMoney(value, "EUR", { cents: false })).toBe(text);
  });

  it.each(["1e400", "NaN", "12,50", "", "Infinity", "--1", "0x10", "1.", ".5", "<b>1</b>"])("refuses %j instead of guessing", (value) => {
    expect(formatMoney(value, "EUR")).toBeNull();
  });

  it("signs a difference, but never zero", () => {
    expect(formatMoney("3.00", "EUR", { signed: true })).toBe("+3.00");
    expect(formatMoney("-7.50", "EUR", { signed: true })).toBe("−7.50");
    expect(formatMoney("0.00", "EUR", { signed: true })).toBe("0.00");
  });

  it("reads back as exactly the minor units that went in, for any size of amount", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.constantFrom("EUR", "JPY", "KWD", "CLF"), (minor, currency) => {
        const digits = minorUnits(currency);
        const unsigned = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, "0");
        const value = `${minor < 0n ? "-" : ""}${unsigned.slice(0, unsigned.length - digits)}${digits ? `.${unsigned.slice(-digits)}` : ""}`;
        const text = formatMoney(value, currency) ?? "";
        expect(BigInt(text.replace("−", "-").replaceAll(",", "").replace(".", ""))).toBe(minor);
        // Groups of three, counted from the point.
        expect(text.replace("−", "").split(".")[0]).toMatch(/^\d{1,3}(,\d{3})*$/);
      }),
    );
  });

  it("rounds a tile like whole-number arithmetic does", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), (minor) => {
        const text = minor.toString().padStart(3, "0");
        const shown = formatMoney(`${text.slice(0, -2)}.${text.slice(-2)}`, "EUR", { cents: false }) ?? "";
        expect(BigInt(shown.replaceAll(",", ""))).toBe((minor + 50n) / 100n);
      }),
    );
  });

  it("knows the minor units of every booked currency in the ISO list", () => {
    // Funds, metals and test codes book nothing; the list gives them 0 or none.
    const noMoney = /^X(?!AF|OF|PF|CD)/;
    for (const iso of currencies.codes().filter((c) => !noMoney.test(c))) expect([iso, minorUnits(iso)]).toEqual([iso, code(iso)?.digits]);
  });
});

describe("counts", () => {
  it.each([
    [0, "0"],
    [48211906, "48,211,906"],
    ["18446744073709551615", "18,446,744,073,709,551,615"],
    [-3, "−3"],
  ])("%s reads %s", (count, text) => expect(formatCount(count)).toBe(text));
  it("signs a change", () => expect(formatCount(9, true)).toBe("+9"));
});
