import type { ReactNode } from "react";
import { Note } from "../Note.tsx";

/** Whether anything leaves this installation at all; nothing where a mail server is configured. */
export function MailNotice({ sends }: { sends: "server" | "catcher" | "nothing" }): ReactNode {
  if (sends === "server") return null;
  if (sends === "catcher") return <Note>This is the demo: a mail server on this machine takes every mail, and nothing goes anywhere. What was sent can be read here.</Note>;
  return (
    <Note tone="caution">
      No mail server is configured, so mails are made and kept, and nobody gets them. Set <code>SMTP_URL</code> and start again: what was kept in the last day is then sent, as of then.
    </Note>
  );
}
