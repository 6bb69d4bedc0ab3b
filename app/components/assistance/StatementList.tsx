import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Statement } from "../../assistance/statements.ts";
import { Age } from "../Age.tsx";
import { Icon, type IconName } from "../Icon.tsx";
import { useReader } from "../reader.tsx";
import { Time } from "../Time.tsx";

const ICONS: Record<Statement["kind"], { icon: IconName; label: string }> = {
  silent: { icon: "unknown", label: "Nothing heard" }, less: { icon: "caution", label: "Less than usual" }, more: { icon: "caution", label: "More than usual" }, slower: { icon: "caution", label: "Slower than usual" },
  recurs: { icon: "replay", label: "Comes again" },
};

/** The shape of a kind of statement; the word is read aloud. */
export function StatementIcon({ kind }: { kind: Statement["kind"] }): ReactNode {
  const { icon, label } = ICONS[kind];
  return <Icon name={icon} label={label} />;
}

/** Statements, each with since when, how sure, and the rows it was computed from. */
export function StatementList({ statements, open }: { statements: readonly Statement[]; /** whose rows are shown at once */ open: string | null }): ReactNode {
  const { zone } = useReader();
  return (
    <ul className="divide-y divide-line">
      {statements.map((one) => (
        <li key={one.id} id={one.id} className="grid gap-1.5 px-3.5 py-3 target:bg-select">
          <div className="flex gap-2">
            <span className="mt-0.5 shrink-0"><StatementIcon kind={one.kind} /></span>
            <h3 className="min-w-0 font-medium">{one.title}</h3>
          </div>
          <p className="second pl-6">
            {one.kind === "recurs" ? <>Since <Time at={one.since} as="day" /></> : <>For <Age since={one.since} tabStop /></>}
            {one.next ? <>, next <Time at={one.next} /></> : null}
            {one.kind === "recurs" && one.zone !== zone ? `, the hours in its title by the clock of ${one.zone}` : null}. {one.meaning}
          </p>
          <p className="pl-6">{one.sureness}</p>
          <div className="flex flex-wrap items-start gap-x-4 gap-y-1 pl-6">
            <details open={open === one.id} className="min-w-0">
              <summary className="link">The {one.evidence.length} rows it was computed from</summary>
              <EvidenceTable one={one} />
            </details>
            {one.integration === "" ? null : <Link className="link" to={`/integrations/${encodeURIComponent(one.integration)}`}>The integration</Link>}
            {one.link ? <Link className="link" to={one.link.to}>{one.link.label}</Link> : null}
          </div>
        </li>
      ))}
    </ul>
  );
}

function EvidenceTable({ one }: { one: Statement }): ReactNode {
  return (
    <div className="tw mt-2" tabIndex={0} role="group" aria-label={`Evidence: ${one.title}`}>
      <table className="dt">
        <caption className="vh">What “{one.title}” was computed from</caption>
        <thead>
          <tr>
            <th scope="col">Stretch of time</th>
            <th scope="col" className="num">What it held</th>
          </tr>
        </thead>
        <tbody>
          {one.evidence.map((row) => (
            <tr key={row.from}>
              <td>
                <Time at={row.from} as="day" /> <Time at={row.from} as="clock" />–<Time at={row.to} as="clock" />
              </td>
              <td className="num">
                <Link className={row.hit ? "link font-medium" : "link"} to={row.link}>{row.value}</Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
