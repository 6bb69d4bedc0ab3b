import { type ReactNode, useState } from "react";
import { Form, useNavigation } from "react-router";
import { Button } from "../Button.tsx";
import { TextField } from "../fields/Field.tsx";
import { formatCount } from "../format/money.ts";
import { Note } from "../Note.tsx";
import { Panel } from "../Panel.tsx";
import { Time } from "../Time.tsx";

/** The second person's decision, bound to exactly what stands on the page. */
export function ApprovalPanel({ contentHash, count, expiresAt, requestedBy, blocked }: { contentHash: string; count: number; expiresAt: string; requestedBy: string; blocked: string | null }): ReactNode {
  const busy = useNavigation().state !== "idle";
  const [declining, setDeclining] = useState(false);
  return (
    <Panel title="Waits for a second person" lined>
      <div className="grid gap-3">
        <p>
          {requestedBy} asks to send {formatCount(count)}. Your approval is valid only for exactly this list, until <Time at={expiresAt} />.
        </p>
        {blocked ? (
          <Note tone="accent">{blocked}.</Note>
        ) : (
          <>
            <Form method="post" className="grid">
              <input type="hidden" name="intent" value="approve" />
              <input type="hidden" name="contentHash" value={contentHash} />
              <Button type="submit" size="l" variant="primary" icon="check" blocked={busy ? "It is being done" : null}>
                Approve and send {formatCount(count)}
              </Button>
            </Form>
            <details open={declining} onToggle={(event) => setDeclining(event.currentTarget.open)}>
              <summary className="link">Decline instead</summary>
              <Form method="post" className="mt-2 grid gap-2">
                <input type="hidden" name="intent" value="reject" />
                <TextField label="Why, kept in the audit trail" name="reason" required minLength={3} maxLength={2000} />
                <Button type="submit" size="l" variant="danger" blocked={busy ? "It is being done" : null}>
                  Decline {formatCount(count)}
                </Button>
              </Form>
            </details>
          </>
        )}
      </div>
    </Panel>
  );
}

/** Stops what has not left yet. */
export function CancelPanel(): ReactNode {
  const busy = useNavigation().state !== "idle";
  return (
    <Panel title="Stop it">
      <Form method="post" className="grid gap-2">
        <input type="hidden" name="intent" value="cancel" />
        <TextField label="Why, kept in the audit trail" name="reason" required minLength={3} maxLength={2000} hint="What has left already goes on; it cannot be called back." />
        <Button type="submit" size="l" variant="danger" blocked={busy ? "It is being done" : null}>
          Stop what is not sent yet
        </Button>
      </Form>
    </Panel>
  );
}
