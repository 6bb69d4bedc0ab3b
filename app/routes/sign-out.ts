import { redirect } from "react-router";
import { requestContext, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/sign-out";

/** Ends the session. A link must not sign anybody out, so that only a form does. */
export async function action({ context, request }: Route.ActionArgs) {
  const headers = await context.get(servicesContext).signIn.signOut(request, context.get(requestContext).ip);
  return redirect("/sign-in", { headers });
}

/** Nothing to see here. */
export function loader() {
  return redirect("/");
}
