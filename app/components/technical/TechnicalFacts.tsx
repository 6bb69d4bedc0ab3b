import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Technical } from "../../integrations/technical.ts";
import type { ListWindow } from "../../integrations/list.ts";
import { Duration } from "../Age.tsx";
import { formatCount } from "../format/money.ts";
import { FactStrip } from "../KeyValue.tsx";
import { Count, Percent } from "../Percent.tsx";
import { Unknown } from "../Unknown.tsx";

const NONE = { errorClass: null, status: null, retried: null } as const;

/** The sums over all interfaces of the page; each leads to what it is made of. */
export function TechnicalFacts({ totals, window, wholeGroup, to }: { totals: Technical["totals"]; window: ListWindow; wholeGroup: boolean; to: (changes: Record<string, string | null>) => string }): ReactNode {
  const rows = (count: number, changes: Record<string, string | null>): ReactNode =>
    count === 0 ? <Count value={0} /> : <Link className="hover:underline" to={`${to({ ...NONE, ...changes })}#attempts`}>{formatCount(count)}</Link>;
  const outside = wholeGroup ? "not measured" : "outside your scope";
  const perMinute = totals.perMinute;
  return (
    <FactStrip
      facts={[
        { label: "Throughput", value: <>{perMinute > 0 && perMinute < 0.1 ? "< 0.1" : perMinute < 10 ? perMinute.toFixed(1) : formatCount(Math.round(perMinute))} <span className="text-13 font-normal text-ink-3">a minute</span></> },
        { label: `Error rate, ${window}`, value: <Link className="hover:underline" to={to({ sort: "-errors" })}><Percent share={totals.finished === 0 ? null : totals.failed / totals.finished} /></Link> },
        { label: "Failed attempts", value: rows(totals.attempts, {}) },
        { label: "Dead letters", value: rows(totals.dead, { status: "dead_lettered" }) },
        { label: "Authentication", value: rows(totals.authentication, { errorClass: "authentication" }) },
        { label: "Mapping", value: rows(totals.mapping, { errorClass: "mapping" }) },
        { label: "Retries", value: rows(totals.retries, { retried: "true" }) },
        { label: "In queues, oldest", value: totals.queue === null ? <Unknown>{outside}</Unknown> : <Link className="hover:underline" to={to({ sort: "-queue" })}>{formatCount(totals.queue.depth)} <span className="text-13 font-normal text-ink-3"><Duration seconds={totals.queue.oldest} /></span></Link> },
        { label: "Endpoints answered", value: totals.endpoints === null ? <Unknown>{outside}</Unknown> : <Percent share={totals.endpoints.answered / totals.endpoints.checks} /> },
      ]}
    />
  );
}
