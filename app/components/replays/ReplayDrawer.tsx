import { type ReactNode, useEffect, useEffectEvent, useId, useState } from "react";
import { useFetcher } from "react-router";
import type { PreviewView } from "../../replay/preview-view.ts";
import { Button } from "../Button.tsx";
import { Chip } from "../Chip.tsx";
import { ErrorState } from "../EmptyState.tsx";
import { Drawer } from "../overlay/Drawer.tsx";
import { ReplayPreview, sendVerb } from "./ReplayPreview.tsx";

/** What `/replays/new` answers: a preview, or why there is none, or why sending did not work. */
export interface PreviewAnswer {
  preview: PreviewView | null;
  problem: string | null;
}

/** The preview of a replay beside the page it was asked on. Sending leads to the replay's own page. */
export function ReplayDrawer({ ids, open, onOpenChange }: { ids: string; open: boolean; onOpenChange: (open: boolean) => void }): ReactNode {
  const fetcher = useFetcher<PreviewAnswer>();
  // Which preview the box for unknown outcomes was ticked on: another preview starts unticked.
  const [includedIn, setIncludedIn] = useState<string | null>(null);
  const form = useId();
  const ask = useEffectEvent(() => void fetcher.submit({ intent: "preview", ids }, { method: "post", action: "/replays/new" }));
  useEffect(() => {
    if (open) ask();
  }, [open, ids]);
  const preview = fetcher.data?.preview ?? null;
  const problem = fetcher.data?.problem ?? null;
  const included = preview !== null && includedIn === preview.selectionHash;
  const busy = fetcher.state !== "idle";
  const nothing = preview !== null && preview.willSend + (included ? (preview.unknown?.count ?? 0) : 0) === 0;
  return (
    <Drawer
      open={open}
      onOpenChange={onOpenChange}
      title="Preview replay"
      badge={<Chip>Nothing is sent yet</Chip>}
      sub={preview ? `${preview.integrations.join(", ") || "no integration"} · selection frozen` : "Checking what happened since"}
      footer={
        <>
          <Button size="l" onClick={() => onOpenChange(false)}>
            Cancel
          </Button>
          <span className="ml-auto" />
          <Button size="l" onClick={() => void fetcher.submit({ intent: "preview", ids }, { method: "post", action: "/replays/new" })} blocked={busy ? "It is being checked" : null}>
            Check again
          </Button>
          {preview ? (
            <Button size="l" variant="primary" icon={preview.approval.needed ? "user" : "replay"} type="submit" form={form} blocked={busy ? "It is being sent" : nothing ? "Nothing of the selection can be sent" : null}>
              {sendVerb(preview, included)}
            </Button>
          ) : null}
        </>
      }
    >
      {preview ? (
        <fetcher.Form
          id={form}
          method="post"
          action="/replays/new"
          className="grid grid-cols-[minmax(0,1fr)] gap-3"
          onKeyDown={(event) => {
            // Enter alone never sends; Ctrl+Enter asks.
            if (event.key === "Enter" && event.ctrlKey && !nothing) event.currentTarget.requestSubmit();
            else if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault();
          }}
        >
          <ReplayPreview key={preview.selectionHash} preview={preview} problem={problem} onInclude={(ticked) => setIncludedIn(ticked ? preview.selectionHash : null)} />
        </fetcher.Form>
      ) : problem ? (
        <ErrorState title="There is no preview">{problem}</ErrorState>
      ) : (
        <div className="late-in grid gap-3" aria-busy="true">
          <span className="skel" style={{ width: "100%", height: "52px" }} />
          <span className="skel" style={{ width: "100%", height: "180px" }} />
        </div>
      )}
    </Drawer>
  );
}
