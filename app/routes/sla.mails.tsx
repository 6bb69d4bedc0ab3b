import { data, Form, Link, useLocation } from "react-router";
import { FilterError } from "#queries/model/filter.ts";
import { badAddresses } from "#queries/postgres/outbox.ts";
import { can } from "../auth/principal.ts";
import { Button, ButtonLink } from "../components/Button.tsx";
import { EmptyState, NoHitState } from "../components/EmptyState.tsx";
import { FilterChips } from "../components/FilterChips.tsx";
import { formatCount } from "../components/format/money.ts";
import { Pagination } from "../components/Pagination.tsx";
import { Panel } from "../components/Panel.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { MailNotice } from "../components/sla/MailNotice.tsx";
import { MailState } from "../components/sla/MailState.tsx";
import { SlaTabs } from "../components/sla/SlaTabs.tsx";
import type { Column } from "../components/table/column.ts";
import { DataTable } from "../components/table/DataTable.tsx";
import { Segmented } from "../components/Tabs.tsx";
import { Time } from "../components/Time.tsx";
import { withParameters } from "../paths.ts";
import { actorOf, requirePrincipal, requireScope, servicesContext } from "../server/context.ts";
import { clearAddress } from "../sla/acts.ts";
import { MAIL_VIEWS, type MailLine, mailsOf, readMails } from "../sla/pages.ts";
import type { Route } from "./+types/sla.mails";

export const handle = pageHandle({ title: "Mail and policies" });

/** Title of the page. */
export function meta() {
  return [{ title: "Mails · Signalbox" }];
}

/** A page of the log of mails; people without a wider permission see their own. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { stores, catalogue, mail } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  const search = url.searchParams;
  const view = MAIL_VIEWS.find((each) => each.key === (search.get("view") ?? "all"));
  if (!view) throw data("view: not one of the views.", { status: 400 });
  const policy = search.get("policy");
  const administers = can(principal, "administer");
  try {
    const page = await readMails(stores, catalogue.current(), principal, { states: view.states, policy, cursor: search.get("cursor") ?? undefined });
    return {
      asOf: new Date().toISOString(), sends: mail.sends, administers, all: mailsOf(principal) === null, view: view.key, views: MAIL_VIEWS.map(({ key, label }) => ({ key, label })),
      policy: policy === null ? null : (catalogue.current().policies.get(policy)?.name ?? policy), bad: administers ? (await badAddresses(stores.postgres)).map(({ address, bounces, state, reply, changedAt }) => ({ address, bounces, blocked: state === "blocked", reply, at: changedAt.toISOString() })) : [], ...page,
    };
  } catch (error) {
    if (error instanceof FilterError) throw data(error.message, { status: 400 });
    throw error;
  }
}

/** An administrator says that a refused address is good again. */
export async function action({ context, request }: Route.ActionArgs) {
  requireScope(context, "administer");
  const address = String((await request.formData()).get("address") ?? "");
  await clearAddress(context.get(servicesContext).stores, actorOf(context), address);
  return null;
}

/** The log could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The log of mails" />;
}

const COLUMNS: Column<MailLine>[] = [
  {
    id: "subject",
    header: "Mail",
    card: "title",
    cell: (row) => (
      <>
        <div className="t tr">
          <Link to={`/sla/mails/${row.id}`} className="hover:underline" data-tip={row.subject ?? undefined}>
            {row.subject ?? (row.kind === "digest" ? `Digest: ${row.policyName}` : `Gathering: ${row.policyName}`)}
          </Link>
        </div>
        <div className="second tr">
          {row.policyName}
          {row.kind === "digest" ? " · digest" : row.kind === "test" ? " · test" : ""}
          {row.items === null ? "" : ` · ${formatCount(row.items)} exceptions`}
        </div>
      </>
    ),
  },
  {
    id: "to",
    header: "To",
    width: "210px",
    card: "foot",
    cell: (row) => (
      <>
        <div className="tr">{row.to}</div>
        {row.to === row.address ? null : <div className="second tr">{row.address}</div>}
      </>
    ),
  },
  {
    id: "state",
    header: "State",
    width: "230px",
    card: "foot",
    cell: (row) => (
      <>
        <MailState state={row.state} />
        {row.reason ? (
          <div className="second tr" data-tip={row.reply ? `${row.reason}: ${row.reply}` : row.reason}>
            {row.reason}
          </div>
        ) : null}
      </>
    ),
  },
  { id: "attempts", header: "Attempts", numeric: true, width: "80px", wideOnly: true, card: "hidden", cell: (row) => formatCount(row.attempts) },
  { id: "at", header: "When", numeric: true, width: "110px", card: "end", cell: (row) => <Time at={row.sentAt ?? row.createdAt} /> },
];

/** What was sent to whom, what waits, and what did not arrive. */
export default function Mails({ loaderData }: Route.ComponentProps) {
  const { sends, administers, all, view, views, rows, counts, nextCursor, policy, bad } = loaderData;
  const { search } = useLocation();
  const paged = new URLSearchParams(search).has("cursor");
  const here = (changes: Record<string, string | null>) => withParameters(search, changes);
  return (
    <>
      <SlaTabs current="mails" administers={administers} />
      <MailNotice sends={sends} />
      <div className="listbar">
        <Segmented label="Show" items={views.map(({ key, label }) => ({ label, count: counts[key] ?? 0, to: here({ view: key === "all" ? null : key }), current: key === view }))} />
        {policy ? <FilterChips filters={[{ name: "Policy", value: policy, removeTo: here({ policy: null }) }]} /> : null}
        <span className="second hide-s">{all ? "everybody’s mails" : "your mails"}</span>
      </div>
      {bad.length > 0 ? (
        <Panel title="Addresses that were refused" sub="nothing is sent to an address that was refused three times in a row">
          <ul className="grid gap-2">
            {bad.map((each) => (
              <li key={each.address} className="rowx gap-2">
                <span className="t">{each.address}</span>
                <span className="second tr">
                  {each.blocked ? "Blocked" : "Refused"} {formatCount(each.bounces)} times, last <Time at={each.at} />: {each.reply}
                </span>
                <Form method="post" className="ml-auto">
                  <input type="hidden" name="address" value={each.address} />
                  <Button type="submit">It is good again</Button>
                </Form>
              </li>
            ))}
          </ul>
        </Panel>
      ) : null}
      <Panel flush cards>
        <DataTable
          caption="Mails"
          columns={COLUMNS}
          rows={rows}
          rowId={(row) => row.id}
          rowTo={(row) => `/sla/mails/${row.id}`}
          twoLine
          cards
          keys
          blank={view === "all" && !policy ? <EmptyState title="No mail was made yet" actions={<ButtonLink to="/sla">To the policies</ButtonLink>}>Mails appear here as soon as a policy has something to say.</EmptyState> : <NoHitState title="No mail fits" actions={<ButtonLink to="/sla/mails">All mails</ButtonLink>} />}
        />
        {rows.length > 0 && (nextCursor || paged) ? <Pagination text={`${formatCount(rows.length)} mails`} firstTo={paged ? here({}) : null} nextTo={nextCursor ? withParameters(search, { cursor: nextCursor }) : null} /> : null}
      </Panel>
    </>
  );
}
