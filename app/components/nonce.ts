import { createContext } from "react-router";

/** The request's Content-Security-Policy nonce, set by the server in its load context; null where no policy is sent. */
export const nonceContext = createContext<string | null>(null);
