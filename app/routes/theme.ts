import { type ActionFunctionArgs, data, redirect } from "react-router";
import { preferenceCookie } from "../components/shell/preferences.ts";

/** Keeps the chosen theme in a cookie and goes back to where the person was. */
export async function action({ request }: ActionFunctionArgs): Promise<Response> {
  const form = await request.formData();
  const theme = form.get("theme");
  if (theme !== "light" && theme !== "dark") throw data("theme must be light or dark", { status: 400 });
  const back = form.get("back");
  // Only a path of ours: "//host" and "/\host" would lead elsewhere.
  const to = typeof back === "string" && /^\/(?![/\\])/.test(back) ? back : "/";
  return redirect(to, { headers: { "set-cookie": preferenceCookie("theme", theme) } });
}

/** Nothing to see here. */
export function loader(): Response {
  return redirect("/");
}
