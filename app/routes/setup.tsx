import { data, Form, redirect } from "react-router";
import { z } from "zod";
import { createFirstAdministrator } from "../auth/accounts.ts";
import { isEmpty } from "../auth/setup.ts";
import { Button } from "../components/Button.tsx";
import { TextField } from "../components/fields/Field.tsx";
import { Note } from "../components/Note.tsx";
import { EntryPage } from "../components/shell/EntryPage.tsx";
import { requestContext, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/setup";

/** Title of the page. */
export function meta() {
  return [{ title: "Set up · Signalbox" }];
}

/** Only an installation without an administrator is set up. */
export async function loader({ context }: Route.LoaderArgs) {
  if (!(await isEmpty(context.get(servicesContext)))) throw redirect("/sign-in");
  return null;
}

const form = z.object({
  name: z.string().trim().min(1, "Say who you are.").max(200),
  email: z.email("This is not an e-mail address."),
  password: z.string().min(12, "At least 12 characters.").max(128, "At most 128 characters."),
});

/** Makes the first administrator and signs them in. */
export async function action({ context, request }: Route.ActionArgs) {
  const given = Object.fromEntries(await request.formData());
  const parsed = form.safeParse(given);
  if (!parsed.success) {
    const problems = z.flattenError(parsed.error).fieldErrors;
    return data({ problems, name: String(given.name ?? ""), email: String(given.email ?? "") }, { status: 400 });
  }
  const services = context.get(servicesContext);
  const { ip } = context.get(requestContext);
  if (!(await createFirstAdministrator(services.auth, services.stores, parsed.data, ip))) throw redirect("/sign-in");
  const result = await services.signIn.signIn(request, parsed.data, ip);
  return redirect(result.outcome === "signed_in" ? "/" : "/sign-in", result.outcome === "signed_in" ? { headers: result.headers } : undefined);
}

/** The first visit to an empty installation. */
export default function Setup({ actionData }: Route.ComponentProps) {
  return (
    <EntryPage title="Set up Signalbox">
      <Note>Nobody can sign in yet. Whoever fills this in becomes the administrator and can add everybody else.</Note>
      <Form method="post" className="grid gap-3">
        <TextField label="Your name" name="name" autoComplete="name" required defaultValue={actionData?.name ?? ""} problem={actionData?.problems.name?.[0]} />
        <TextField label="E-mail" name="email" type="email" autoComplete="username" required defaultValue={actionData?.email ?? ""} problem={actionData?.problems.email?.[0]} />
        <TextField label="Password" name="password" type="password" autoComplete="new-password" required minLength={12} hint="At least 12 characters." problem={actionData?.problems.password?.[0]} />
        <Button type="submit" variant="primary" size="l">
          Create the administrator
        </Button>
      </Form>
    </EntryPage>
  );
}
