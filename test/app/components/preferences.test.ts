import { describe, expect, it } from "vitest";
import { isCurrent } from "#app/components/shell/navigation.ts";
import { preferenceCookie, readPreferences } from "#app/components/shell/preferences.ts";
import { action } from "#app/routes/theme.ts";

describe("what a browser remembers", () => {
  it("reads back what it wrote", () => {
    const cookie = preferenceCookie("zone", "Europe/Zurich").split(";")[0] ?? "";
    expect(readPreferences(`a=b; ${cookie}; theme=dark`)).toEqual({ theme: "dark", zone: "Europe/Zurich" });
  });
  it.each([null, "", "theme=pink; zone=Mars%2FBase", "theme; zone=%E0%A4%A", `zone=${"x".repeat(5000)}`])("ignores %j", (header) => {
    expect(readPreferences(header)).toEqual({ theme: null, zone: "UTC" });
  });
});

describe("switching the theme", () => {
  const send = (body: Record<string, string>): Promise<Response> => {
    const request = new Request("http://localhost/theme", { method: "POST", body: new URLSearchParams(body) });
    return action({ request } as Parameters<typeof action>[0]);
  };
  it("goes back to the page it came from", async () => {
    const answer = await send({ theme: "dark", back: "/exceptions?sort=-age" });
    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toBe("/exceptions?sort=-age");
    expect(answer.headers.get("set-cookie")).toContain("theme=dark;");
  });
  it.each(["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", ""])("never leads to %j", async (back) => {
    expect((await send({ theme: "light", back })).headers.get("location")).toBe("/");
  });
  it("refuses any other theme", async () => {
    await expect(send({ theme: "pink" })).rejects.toMatchObject({ init: { status: 400 } });
  });
});

describe("the entry a page belongs to", () => {
  it("is the tower only for the tower itself", () => {
    expect(isCurrent({ to: "/" }, "/")).toBe(true);
    expect(isCurrent({ to: "/" }, "/exceptions")).toBe(false);
    expect(isCurrent({ to: "/exceptions" }, "/exceptions/EX-1")).toBe(true);
    expect(isCurrent({ to: "/exceptions" }, "/exceptionsx")).toBe(false);
    expect(isCurrent({ to: "/exceptions", also: ["/views"] }, "/views/new")).toBe(true);
  });
});
