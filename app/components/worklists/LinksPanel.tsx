import type { ReactNode } from "react";
import { Form, Link } from "react-router";
import type { LinkView } from "#queries/postgres/links.ts";
import type { Severity as Level } from "#queries/model/exception.ts";
import { Button } from "../Button.tsx";
import { Select, TextField } from "../fields/Field.tsx";
import { Note } from "../Note.tsx";
import { Panel } from "../Panel.tsx";
import { Severity } from "../Severity.tsx";

/** How a link reads from this end. */
export function relationWords(relation: string, outgoing: boolean): string {
  if (relation === "duplicate_of") return outgoing ? "Duplicate of" : "Has the duplicate";
  if (relation === "caused_by") return outgoing ? "Caused by" : "Causes";
  return "Related to";
}

interface LinksPanelProps {
  links: readonly (LinkView & { statusName: string })[];
  mayLink: boolean;
  /** The form is open: `?link`. */
  adding: boolean;
  id: string;
  problem: string | null;
}

/** Exceptions that belong together with this one. */
export function LinksPanel({ links, mayLink, adding, id, problem }: LinksPanelProps): ReactNode {
  return (
    <Panel title="Belongs together" end={mayLink && !adding ? <Link className="link" to={`/exceptions/${id}?link`} preventScrollReset>Link another</Link> : null}>
      {links.length === 0 && !adding ? <p className="second">Not linked to another exception.</p> : null}
      {links.length > 0 ? (
        <ul className="grid gap-2">
          {links.map((link) => (
            <li key={link.id} className="rowx items-start gap-2">
              <div className="min-w-0 flex-1">
                <span className="second block">{relationWords(link.relation, link.outgoing)}</span>
                {link.other ? (
                  <span className="rowx gap-1.5">
                    <Severity level={link.other.severity as Level} />
                    <Link className="link tr" to={`/exceptions/${link.other.id}`} data-tip={link.other.title}>
                      {link.other.title}
                    </Link>
                  </span>
                ) : (
                  <span className="second">an exception outside what you may see</span>
                )}
                {link.other ? <span className="second block">EX-{link.other.id}, {link.statusName.toLowerCase()}</span> : null}
              </div>
              {mayLink ? (
                <Form method="post" preventScrollReset>
                  <input type="hidden" name="act" value="unlink" />
                  <input type="hidden" name="link" value={link.id} />
                  <Button type="submit" variant="quiet">
                    Unlink<span className="vh"> {link.other ? `EX-${link.other.id}` : ""}</span>
                  </Button>
                </Form>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      {adding ? (
        <Form method="post" className="mt-2 grid gap-2" preventScrollReset>
          <input type="hidden" name="act" value="link" />
          <Select label="This one is" name="relation" options={[{ value: "related", label: "related to" }, { value: "duplicate_of", label: "a duplicate of" }, { value: "caused_by", label: "caused by" }]} defaultValue="related" />
          <TextField label="The other exception" name="to" required maxLength={20} placeholder="EX-1234" autoComplete="off" />
          {problem ? (
            <Note tone="stop" alert>
              {problem}
            </Note>
          ) : null}
          <div className="rowx gap-2">
            <Button type="submit" variant="primary">
              Link them
            </Button>
            <Link className="link" to={`/exceptions/${id}`} preventScrollReset>
              Cancel
            </Link>
          </div>
        </Form>
      ) : null}
    </Panel>
  );
}
