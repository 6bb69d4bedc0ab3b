import { data, Form, redirect, useNavigation } from "react-router";
import { safeNext } from "../auth/access.ts";
import { Button } from "../components/Button.tsx";
import { TextField } from "../components/fields/Field.tsx";
import { Note } from "../components/Note.tsx";
import { EntryPage } from "../components/shell/EntryPage.tsx";
import { isEmpty } from "../auth/setup.ts";
import { principalContext, requestContext, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/sign-in";

/** Title of the page. */
export function meta() {
  return [{ title: "Sign in · Signalbox" }];
}

/** Who is signed in already goes on; an installation without anybody is set up first. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const next = safeNext(url.searchParams.get("next"));
  if (context.get(principalContext)) throw redirect(next);
  if (await isEmpty(context.get(servicesContext))) throw redirect("/setup");
  return { next };
}

/** Signs in and goes to where the person wanted to be. */
export async function action({ context, request }: Route.ActionArgs) {
  const form = await request.formData();
  const email = String(form.get("email") ?? "");
  const result = await context.get(servicesContext).signIn.signIn(request, { email, password: String(form.get("password") ?? "") }, context.get(requestContext).ip);
  if (result.outcome === "signed_in") return redirect(safeNext(String(form.get("next") ?? "/")), { headers: result.headers });
  if (result.outcome === "too_many") return data({ email, problem: `Too many attempts. Try again in ${result.retryAfterSeconds} s.` }, { status: 429, headers: { "retry-after": String(result.retryAfterSeconds) } });
  if (result.outcome === "foreign") return data({ email, problem: "The form came from another site. Open this page again and sign in here." }, { status: 403 });
  return data({ email, problem: "E-mail and password do not belong together." }, { status: 401 });
}

/** The sign-in page. Works without JavaScript. */
export default function SignIn({ loaderData, actionData }: Route.ComponentProps) {
  const busy = useNavigation().state !== "idle";
  return (
    <EntryPage title="Sign in">
      <Form method="post" className="grid gap-3">
        {actionData ? (
          <Note tone="stop" alert>
            {actionData.problem}
          </Note>
        ) : null}
        <input type="hidden" name="next" value={loaderData.next} />
        <TextField label="E-mail" name="email" type="email" autoComplete="username" required defaultValue={actionData?.email ?? ""} />
        <TextField label="Password" name="password" type="password" autoComplete="current-password" required />
        <Button type="submit" variant="primary" size="l" aria-busy={busy || undefined}>
          Sign in
        </Button>
      </Form>
    </EntryPage>
  );
}
