import { data, Form, redirect } from "react-router";
import { openMemberIds } from "#queries/postgres/groups.ts";
import { Button, ButtonLink } from "../components/Button.tsx";
import { ErrorState } from "../components/EmptyState.tsx";
import { Panel } from "../components/Panel.tsx";
import type { PreviewAnswer } from "../components/replays/ReplayDrawer.tsx";
import { ReplayPreview, sendVerb } from "../components/replays/ReplayPreview.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { packIds, unpackIds } from "../exceptions/selected-ids.ts";
import { refusalOf, replayActorOf, replayContextOf } from "../replay/page-actor.ts";
import { readPreview } from "../replay/preview-view.ts";
import { createReplay, MAX_SELECTION, replayRequest } from "../replay/requests.ts";
import { requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/replay-new";

export const handle = pageHandle({ title: "Preview replay", parent: { label: "Replays", to: "/replays" } });

/** Title of the page. */
export function meta() {
  return [{ title: "Preview replay · Signalbox" }];
}

/** The preview of `?ids=`, or of all that is open of the group `?fingerprint=`: what is asked for without JavaScript, and by links. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const group = url.searchParams.get("fingerprint");
  const { postgres } = context.get(servicesContext).stores;
  return previewOf(context, group === null ? (url.searchParams.get("ids") ?? "") : packIds((await openMemberIds(postgres, group, requireScope(context, "request_replay"))).map(String)));
}

async function previewOf(context: Route.LoaderArgs["context"], packed: string): Promise<PreviewAnswer & { asOf: string }> {
  const asOf = new Date().toISOString();
  const ids = unpackIds(packed, MAX_SELECTION);
  if (ids === null || ids.length === 0) return { asOf, preview: null, problem: ids === null ? "The selection cannot be read, or names more than 5,000 exceptions." : "Nothing is selected. Choose exceptions in the list first." };
  try {
    const replays = replayContextOf(context);
    const preview = await readPreview(replays, replayActorOf(context, "request_replay"), ids, context.get(servicesContext).catalogue.current());
    return { asOf, preview, problem: null };
  } catch (error) {
    return { asOf, preview: null, problem: refusalOf(error).problem };
  }
}

/** `intent=preview` looks, `intent=send` asks for the replay and goes to its page. */
export async function action({ context, request }: Route.ActionArgs) {
  const form = await request.formData();
  const packed = String(form.get("ids") ?? "");
  if (form.get("intent") !== "send") return previewOf(context, packed);
  const again = async (problem: string, status: number) => data({ ...(await previewOf(context, packed)), problem }, { status });
  const asked = replayRequest.safeParse({
    exceptionIds: unpackIds(packed, MAX_SELECTION) ?? [],
    reason: String(form.get("reason") ?? ""),
    includeUnknown: unpackIds(String(form.get("includeUnknown") ?? ""), MAX_SELECTION) ?? [],
    selectionHash: String(form.get("selectionHash") ?? ""),
  });
  if (!asked.success) return again("Say why, in at least three characters. It is kept in the audit trail.", 400);
  let id: string;
  try {
    ({ id } = await createReplay(replayContextOf(context), replayActorOf(context, "request_replay"), asked.data));
  } catch (error) {
    const { problem, status } = refusalOf(error);
    return again(problem, status);
  }
  return redirect(`/replays/${id}`);
}

/** The preview could not be made. */
export function ErrorBoundary() {
  return <PageError what="The preview" back={{ label: "To the exceptions", to: "/exceptions" }} />;
}

/** The preview as a page of its own: the same as the drawer, without JavaScript too. */
export default function NewReplay({ loaderData, actionData }: Route.ComponentProps) {
  const { preview, problem } = actionData ?? loaderData;
  if (!preview) {
    return (
      <div className="panel">
        <ErrorState title="There is no preview" actions={<ButtonLink to="/exceptions">To the exceptions</ButtonLink>}>
          {problem}
        </ErrorState>
      </div>
    );
  }
  return (
    <div className="mx-auto w-full max-w-160">
      <Panel title="Nothing is sent yet" sub={preview.integrations.join(", ")} lined>
        <Form method="post" className="grid grid-cols-[minmax(0,1fr)] gap-3">
          <ReplayPreview key={preview.selectionHash} preview={preview} problem={problem} />
          <div className="flex flex-wrap gap-2">
            <ButtonLink to="/exceptions" size="l">
              Cancel
            </ButtonLink>
            <span className="ml-auto" />
            <Button size="l" variant="primary" type="submit" blocked={preview.willSend === 0 && !preview.unknown ? "Nothing of the selection can be sent" : null}>
              {sendVerb(preview, false)}
            </Button>
          </div>
        </Form>
      </Panel>
    </div>
  );
}
