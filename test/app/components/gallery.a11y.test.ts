import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import AxeBuilder from "@axe-core/playwright";
import { type Browser, chromium } from "@playwright/test";
import { createAdaptorServer, type ServerType } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { createRequestHandler, RouterContextProvider, type ServerBuild } from "react-router";
import { servicesContext, type Services } from "#app/server/context.ts";
import { openTestStores, type TestStores } from "#test/support/stores.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const executable = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

// Every component stands on one page, so one page checked in all sizes and themes checks them all.
describe.skipIf(!existsSync(executable))("the gallery and the setup page in a browser (skipped where there is no Chromium)", () => {
  // A build of its own: the gallery is in none that ships, and nobody's build is overwritten.
  const directory = `build/gallery-${process.pid}`;
  let http: ServerType;
  let browser: Browser;
  let origin = "";
  let stores: TestStores;

  beforeAll(async () => {
    await promisify(execFile)(process.execPath, ["node_modules/.bin/react-router", "build"], { env: { ...process.env, NODE_ENV: "production", SIGNALBOX_KIT: "1", SIGNALBOX_BUILD: directory } });
    const build = (await import(pathToFileURL(`${directory}/server/index.js`).href)) as ServerBuild;
    const handler = createRequestHandler(build, "production");
    const app = new Hono();
    app.use("/assets/*", serveStatic({ root: `${directory}/client` }));
    app.use("/favicon.svg", serveStatic({ root: `${directory}/client` }));
    // The gallery is public and reads no store; nobody is signed in, and nobody can: the installation is empty, as the setup page wants it.
    stores = await openTestStores();
    const services = { signIn: { personOf: async () => null }, stores } as unknown as Services;
    app.all("*", (c) => {
      const context = new RouterContextProvider();
      context.set(servicesContext, services);
      return handler(c.req.raw, context);
    });
    http = createAdaptorServer({ fetch: app.fetch });
    await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
    origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath: executable, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    http?.close();
    await stores?.dispose();
    await rm(directory, { recursive: true, force: true });
  });

  for (const theme of ["light", "dark"]) {
    for (const width of [1440, 1024, 390]) {
      it(`has nothing to object to in ${theme} at ${width} px, and scrolls no page sideways`, async () => {
        const context = await browser.newContext({ viewport: { width, height: 844 }, timezoneId: "Europe/Zurich" });
        await context.addCookies([{ name: "theme", value: theme, url: origin }]);
        const page = await context.newPage();
        const complaints: string[] = [];
        page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
        page.on("pageerror", (error) => complaints.push(error.message));
        for (const [path, text] of [["/kit", "As of 14:32:08 CET, Fri 20 Nov"], ["/setup", "Nobody can sign in yet."]] as const) {
          await page.goto(`${origin}${path}`, { waitUntil: "networkidle" });
          await page.getByText(text).first().waitFor({ state: "attached" });
          const found = await new AxeBuilder({ page }).analyze();
          expect(found.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
          expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
        }
        expect(complaints).toEqual([]);
        await context.close();
      }, 60_000);
    }
  }
});
