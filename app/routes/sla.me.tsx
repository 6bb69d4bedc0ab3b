import { data, Form } from "react-router";
import { can } from "../auth/principal.ts";
import { Button } from "../components/Button.tsx";
import { Chip } from "../components/Chip.tsx";
import { Checkbox } from "../components/fields/Checkbox.tsx";
import { Select, TextField } from "../components/fields/Field.tsx";
import { Note } from "../components/Note.tsx";
import { Panel } from "../components/Panel.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { MailNotice } from "../components/sla/MailNotice.tsx";
import { SlaTabs } from "../components/sla/SlaTabs.tsx";
import { Time } from "../components/Time.tsx";
import { actorOf, requirePrincipal, servicesContext } from "../server/context.ts";
import { choosePolicy, preferMail } from "../sla/acts.ts";
import { readPreference } from "../sla/preference-form.ts";
import { type OwnPolicy, readOwn } from "../sla/pages.ts";
import type { Route } from "./+types/sla.me";

export const handle = pageHandle({ title: "Mail and policies" });

/** Title of the page. */
export function meta() {
  return [{ title: "What I am told · Signalbox" }];
}

/** The reader's own policies and wishes. */
export async function loader({ context }: Route.LoaderArgs) {
  const { stores, catalogue, mail } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  const now = new Date();
  const own = await readOwn(stores, catalogue.current(), principal.id, now);
  if (!own) throw data(null, { status: 404 });
  return { asOf: now.toISOString(), sends: mail.sends, administers: can(principal, "administer"), zones: Intl.supportedValuesOf("timeZone"), ...own };
}

/** Follow, leave, or say when. */
export async function action({ context, request }: Route.ActionArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const { id } = requirePrincipal(context);
  const form = await request.formData();
  if (form.get("intent") === "prefer") {
    const read = readPreference(form);
    if (read.problems) return data({ problems: read.problems, saved: false }, { status: 400 });
    await preferMail(stores, actorOf(context), id, read.preference);
    return { problems: null, saved: true };
  }
  const policy = catalogue.current().policies.get(String(form.get("policy")));
  const choice = form.get("choice");
  if (!policy || (choice !== "on" && choice !== "off" && choice !== "none")) throw data("choice: on, off or none", { status: 400 });
  if (choice === "on" && !policy.open) throw data("This policy is not open to everybody.", { status: 403 });
  await choosePolicy(stores, actorOf(context), `person:${id}`, policy.id, choice === "none" ? null : choice);
  return { problems: null, saved: false };
}

/** The page could not be shown. */
export function ErrorBoundary() {
  return <PageError what="What you are told" />;
}

const BUTTON: Record<OwnPolicy["standing"], { choice: string; verb: string }> = {
  told: { choice: "off", verb: "Leave" },
  following: { choice: "none", verb: "Stop following" },
  left: { choice: "none", verb: "Join again" },
  not_told: { choice: "on", verb: "Follow" },
};

function PolicyItem({ policy }: { policy: OwnPolicy }) {
  const { choice, verb } = BUTTON[policy.standing];
  return (
    <li className="flex flex-wrap items-start gap-2 border-b border-line py-3 last:border-0">
      <div className="min-w-0 flex-1 basis-64">
        <div className="rowx flex-wrap gap-2">
          <h3 className="font-semibold">{policy.name}</h3>
          {policy.standing === "told" ? <Chip tone="accent" icon="bell">You are told</Chip> : policy.standing === "following" ? <Chip tone="accent" icon="bell">You follow it</Chip> : policy.standing === "left" ? <Chip icon="x">You left it</Chip> : null}
        </div>
        <p className="second">{policy.description}</p>
        <p className="second">
          {policy.when.join(" · ")}
          {policy.nextDigest ? <> · next <Time at={policy.nextDigest} /></> : null}
        </p>
      </div>
      {policy.standing === "not_told" && !policy.open ? null : (
        <Form method="post" preventScrollReset>
          <input type="hidden" name="policy" value={policy.id} />
          <Button type="submit" name="choice" value={choice} aria-label={`${verb}: ${policy.name}`}>
            {verb}
          </Button>
        </Form>
      )}
    </li>
  );
}

/** What the reader is told, when, and how to change it. */
export default function Me({ loaderData, actionData }: Route.ComponentProps) {
  const { sends, administers, policies, preference, zone, address, zones } = loaderData;
  const problems = actionData?.problems ?? null;
  return (
    <>
      <SlaTabs current="me" administers={administers} />
      <MailNotice sends={sends} />
      <div className="with-rail">
        <Panel title="What I am told" sub={`mails go to ${address}`} lined>
          <ul>
            {policies.map((policy) => (
              <PolicyItem key={policy.id} policy={policy} />
            ))}
          </ul>
        </Panel>
        <Panel title="When mails may come">
          {actionData?.saved ? <Note tone="clear" alert>Saved.</Note> : null}
          <Form method="post" className="grid gap-3" key={JSON.stringify(preference)}>
            <input type="hidden" name="intent" value="prefer" />
            <Select label="Time zone of mails" name="timeZone" placeholder={`My account’s (${zone})`} options={zones.map((each) => ({ value: each, label: each }))} defaultValue={preference.timeZone ?? ""} problem={problems?.timeZone} />
            <TextField label="Digests at" name="digestAt" type="time" defaultValue={preference.digestAt ?? ""} hint="Empty: at the policy’s own hour." problem={problems?.digestAt} />
            <div className="grid grid-cols-2 gap-3">
              <TextField label="Quiet from" name="quietFrom" type="time" defaultValue={preference.quietFrom ?? ""} problem={problems?.quietFrom} />
              <TextField label="until" name="quietUntil" type="time" defaultValue={preference.quietUntil ?? ""} />
            </div>
            <Checkbox name="quietWeekend" defaultChecked={preference.quietWeekend}>
              Quiet on Saturday and Sunday
            </Checkbox>
            <p className="second">In quiet hours only what is critical comes. The rest waits and is one mail afterwards.</p>
            <Button type="submit" variant="primary">
              Save
            </Button>
          </Form>
        </Panel>
      </div>
    </>
  );
}
