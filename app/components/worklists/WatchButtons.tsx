import type { ReactNode } from "react";
import { Form, useSubmit } from "react-router";
import { Button } from "../Button.tsx";
import { useKey } from "../keys/KeysProvider.tsx";
import { Panel } from "../Panel.tsx";

interface WatchButtonsProps {
  id: string;
  watch: { exception: boolean; object: { subject: string; watching: boolean } | null };
  objectName: string | null;
}

/** Watching this exception, or everything about its object. What others do then stands in the person's queue. */
export function WatchButtons({ id, watch, objectName }: WatchButtonsProps): ReactNode {
  const submit = useSubmit();
  useKey("W", {
    label: watch.exception ? "Stop watching it" : "Watch it",
    group: "This exception",
    run: () => void submit({ kind: "exception", subject: id, watching: watch.exception ? "no" : "yes", back: `/exceptions/${id}` }, { method: "post", action: "/queue/watch", preventScrollReset: true }),
  });
  return (
    <Panel title="Watching">
      <div className="rowx flex-wrap gap-2">
        <WatchForm id={id} kind="exception" subject={id} watching={watch.exception} what="this exception" />
        {watch.object && objectName ? <WatchForm id={id} kind="object" subject={watch.object.subject} watching={watch.object.watching} what={objectName} /> : null}
      </div>
    </Panel>
  );
}

function WatchForm({ id, kind, subject, watching, what }: { id: string; kind: string; subject: string; watching: boolean; what: string }): ReactNode {
  return (
    <Form method="post" action="/queue/watch" preventScrollReset>
      <input type="hidden" name="kind" value={kind} />
      <input type="hidden" name="subject" value={subject} />
      <input type="hidden" name="watching" value={watching ? "no" : "yes"} />
      <input type="hidden" name="back" value={`/exceptions/${id}`} />
      <Button type="submit" icon={watching ? "check" : "eye"}>
        {watching ? "Watching" : "Watch"} {what}
      </Button>
    </Form>
  );
}
