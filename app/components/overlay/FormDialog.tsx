import { type ReactNode, useId, useState, useSyncExternalStore } from "react";
import { Form, useActionData, useNavigation } from "react-router";
import { Button, ButtonLink } from "../Button.tsx";
import { Note } from "../Note.tsx";
import { Panel } from "../Panel.tsx";
import { Dialog } from "./Drawer.tsx";

interface FormDialogProps {
  title: string;
  sub?: string;
  /** The words on the button that sends the form. */
  verb: string;
  /**
   * The version of what the page shows. The form carries the one that was shown when it opened, as `version`: live updates of the page
   * must not make an act of somebody who has not seen them pass. After a conflict, the one that the action answers.
   */
  version?: number;
  /** The page without the form. */
  cancelTo: string;
  onClose: () => void;
  children: ReactNode;
}

const never = () => () => undefined;

/** False on the server and until the page runs in the browser. */
export function useHydrated(): boolean {
  return useSyncExternalStore(never, () => true, () => false);
}

/**
 * A form of the page in a dialog; one that came with the page is a panel and stays one: moving it into a dialog would lose what was typed
 * before the scripts were there, and the focus. What the action answers as `problem` stands below the fields. Give it a key per act.
 */
export function FormDialog({ title, sub, verb, version, cancelTo, onClose, children }: FormDialogProps): ReactNode {
  const hydrated = useHydrated();
  const [inPage] = useState(!hydrated);
  const [seen] = useState(version);
  const form = useId();
  const answer = useActionData() as { problem?: string; version?: number } | undefined;
  const busy = useNavigation().state !== "idle";
  const body = (
    <Form id={form} method="post" className="grid gap-3" preventScrollReset>
      {seen === undefined ? null : <input type="hidden" name="version" value={answer?.version ?? seen} />}
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
  if (inPage) {
    return (
      <Panel title={title} lined>
        {body}
        <div className="mt-3 flex gap-2">
          {send}
          <ButtonLink size="l" to={cancelTo}>
            Cancel
          </ButtonLink>
        </div>
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
