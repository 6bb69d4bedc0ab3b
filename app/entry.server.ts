import { PassThrough } from "node:stream";
import { createReadableStreamFromReadable } from "@react-router/node";
import { isbot } from "isbot";
import { createElement } from "react";
import { renderToPipeableStream } from "react-dom/server";
import { type EntryContext, type HandleErrorFunction, isRouteErrorResponse, type RouterContextProvider, ServerRouter } from "react-router";
import { nonceContext } from "./components/nonce.ts";
import { requestContext, servicesContext } from "./server/context.ts";

// The server loads this build as an artefact; a context is known by identity, so it takes this one (`build.entry.module.nonceContext`), not its own copy.
export { nonceContext };

/** How long deferred data may take before the rest of the page is given up, in milliseconds. */
export const streamTimeout = 5000;

/** Renders a page as a stream; every inline script of it carries the request's nonce. */
export default function handleRequest(request: Request, status: number, headers: Headers, router: EntryContext, context: RouterContextProvider): Promise<Response> | Response {
  headers.set("content-type", "text/html; charset=utf-8");
  if (request.method === "HEAD") return new Response(null, { status, headers });
  const nonce = context.get(nonceContext) ?? undefined;
  // Whoever does not run scripts gets the whole page at once.
  const ready = isbot(request.headers.get("user-agent") ?? "") ? "onAllReady" : "onShellReady";
  return new Promise((resolve, reject) => {
    let failed = false;
    const { pipe, abort } = renderToPipeableStream(createElement(ServerRouter, { context: router, url: request.url, nonce }), {
      nonce,
      [ready]() {
        const body = new PassThrough();
        body.once("close", () => clearTimeout(timer));
        pipe(body);
        resolve(new Response(createReadableStreamFromReadable(body), { status: failed ? 500 : status, headers }));
      },
      onShellError: reject,
      onError() {
        // React Router's own error hook reports it; here it only decides the status.
        failed = true;
      },
    });
    const timer = setTimeout(abort, streamTimeout + 1000);
  });
}

/** Logs what failed while a page was made. An address that leads nowhere and a request that was broken off are no failures. */
export const handleError: HandleErrorFunction = (error, { request, context }) => {
  if (request.signal.aborted || (isRouteErrorResponse(error) && error.status < 500)) return;
  context.get(servicesContext).log.error({ err: error, requestId: context.get(requestContext).id }, "a page failed");
};
