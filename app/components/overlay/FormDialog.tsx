import { type ReactNode, useId, useSyncExternalStore } from "react";
import { Form, useActionData, useNavigation } from "react-router";
import { Button } from "../Button.tsx";
import { Note } from "../Note.tsx";
import { Panel } from "../Panel.tsx";
import { Dialog } from "./Drawer.tsx";

interface FormDialogProps {
  title: string;
  sub?: string;
  /** The words on the button that sends the form. */
  verb: string;
  onClose: () => void;
  children: ReactNode;
}

const never = () => () => undefined;

/** False on the server and until the page runs in the browser. */
export function useHydrated(): boolean {
  return useSyncExternalStore(never, () => true, () => false);
}

/** A form of the page in a dialog; without JavaScript a panel on the page. What the action answers as `problem` stands below the fields. */
export function FormDialog({ title, sub, verb, onClose, children }: FormDialogProps): ReactNode {
  const hydrated = useHydrated();
  const form = useId();
  const answer = useActionData() as { problem?: string } | undefined;
  const busy = useNavigation().state !== "idle";
  const body = (
    <Form id={form} method="post" className="grid gap-3" preventScrollReset>
      {children}
      {answer?.problem ? (
        <Note tone="stop" alert>
          {answer.problem}
        </Note>
      ) : null}
    </Form>
  );
  const send = (
    <Button size="l" variant="primary" type="submit" form={form} blocked={busy ? "It is being done" : null}>
      {verb}
    </Button>
  );
  if (!hydrated) {
    return (
      <Panel title={title} lined>
        {body}
        <div className="mt-3 flex gap-2">{send}</div>
      </Panel>
    );
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      sub={sub}
      footer={
        <>
          <Button size="l" onClick={onClose}>
            Cancel
          </Button>
          {send}
        </>
      }
    >
      {body}
    </Dialog>
  );
}
