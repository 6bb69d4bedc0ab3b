import { sharedContext } from "../server/shared-context.ts";

/** The request's Content-Security-Policy nonce, set by the server in its load context; null where no policy is sent. */
export const nonceContext = sharedContext<string | null>("nonce", null);
