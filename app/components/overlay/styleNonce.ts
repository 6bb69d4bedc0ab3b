/**
 * Radix locks the page's scrolling with a style element of its own and looks for a nonce under this global name. Without it a
 * strict Content-Security-Policy refuses the style. Called before the first dialog opens; does nothing on the server.
 */
export function offerStyleNonce(): void {
  if (typeof document === "undefined") return;
  const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce;
  if (nonce) (globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = nonce;
}
