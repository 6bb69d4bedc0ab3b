import { createContext } from "react-router";

/** The request's Content-Security-Policy nonce, set by the server in its load context; undefined where no policy is sent. */
export const nonceContext = createContext<string | undefined>(undefined);
