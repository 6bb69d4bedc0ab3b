import { Link } from "react-router";
import { can } from "../auth/principal.ts";
import { ButtonLink } from "../components/Button.tsx";
import { Chip } from "../components/Chip.tsx";
import { EmptyState } from "../components/EmptyState.tsx";
import { formatCount } from "../components/format/money.ts";
import { Money } from "../components/Money.tsx";
import { Panel } from "../components/Panel.tsx";
import { MailNotice } from "../components/sla/MailNotice.tsx";
import { SlaTabs } from "../components/sla/SlaTabs.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import type { Column } from "../components/table/column.ts";
import { DataTable } from "../components/table/DataTable.tsx";
import { Time } from "../components/Time.tsx";
import { NotApplicable } from "../components/Unknown.tsx";
import { requirePrincipal, servicesContext } from "../server/context.ts";
import { type PolicyLine, readPolicies } from "../sla/pages.ts";
import type { Route } from "./+types/sla";

export const handle = pageHandle({ title: "Mail and policies", live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "Mail and policies · Signalbox" }];
}

/** All policies with what is open under each now. */
export async function loader({ context }: Route.LoaderArgs) {
  const { stores, catalogue, mail } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  const now = new Date();
  return { asOf: now.toISOString(), sends: mail.sends, administers: can(principal, "administer"), policies: await readPolicies(stores, catalogue.current(), principal, now) };
}

/** The list could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The list of policies" />;
}

const MINE: Record<PolicyLine["mine"], string | null> = { told: "You are told", following: "You follow it", left: "You left it", not_told: null };

const COLUMNS: Column<PolicyLine>[] = [
  {
    id: "name",
    header: "Policy",
    card: "title",
    cell: (row) => (
      <>
        <div className="rowx gap-2">
          <Link to={`/sla/policies/${row.id}`} className="t hover:underline">
            {row.name}
          </Link>
          {row.enabled ? null : <Chip>Switched off</Chip>}
          {MINE[row.mine] ? <Chip tone={row.mine === "left" ? "plain" : "accent"} icon={row.mine === "left" ? "x" : "bell"}>{MINE[row.mine]}</Chip> : null}
        </div>
        <div className="second">{row.filter.length === 0 ? "Everything that is open" : row.filter.map(({ name, value }) => `${name}: ${value}`).join(" · ")}</div>
      </>
    ),
  },
  { id: "who", header: "Who is told", width: "190px", card: "foot", cell: (row) => <span className="second">{row.who}</span> },
  {
    id: "when",
    header: "When",
    width: "250px",
    wideOnly: true,
    card: "hidden",
    cell: (row) => (
      <ul className="second">
        {row.when.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    ),
  },
  {
    id: "open",
    header: "Open now",
    numeric: true,
    width: "84px",
    card: "end",
    cell: (row) => (
      <Link className="link" to={row.listTo} aria-label={`${row.open} open under ${row.name}`}>
        {formatCount(row.open)}
      </Link>
    ),
  },
  {
    id: "money",
    header: "Money in it",
    numeric: true,
    width: "136px",
    wideOnly: true,
    card: "hidden",
    cell: (row) => (row.money.length === 0 ? <NotApplicable /> : row.money.map((amount) => <div key={amount.currency}><Money amount={amount} /></div>)),
  },
  {
    id: "sent",
    header: "Mails, 7 days",
    numeric: true,
    width: "110px",
    card: "foot-end",
    cell: (row) => (
      <Link className="link" to={`/sla/mails?policy=${row.id}`} aria-label={`${row.sent} mails of ${row.name} in 7 days`}>
        {formatCount(row.sent)}
      </Link>
    ),
  },
  { id: "last", header: "Last", numeric: true, width: "110px", wideOnly: true, card: "hidden", cell: (row) => (row.last ? <Time at={row.last} /> : <NotApplicable />) },
];

/** Who is told of what, when. */
export default function Sla({ loaderData }: Route.ComponentProps) {
  const { sends, administers, policies } = loaderData;
  return (
    <>
      <SlaTabs current="policies" administers={administers} />
      <MailNotice sends={sends} />
      <Panel
        title="Policies"
        sub="who is told of which exceptions, and when"
        lined
        flush
        cards
        end={administers ? <ButtonLink to="/sla/policies/new" icon="plus">Add a policy</ButtonLink> : null}
      >
        <DataTable caption="Policies" columns={COLUMNS} rows={policies} rowId={(row) => row.id} rowTo={(row) => `/sla/policies/${row.id}`} twoLine cards keys blank={<EmptyState title="Nobody is told of anything yet">A policy says which exceptions matter, who is told, and when.</EmptyState>} />
      </Panel>
    </>
  );
}
