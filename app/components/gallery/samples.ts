/** Invented figures for the gallery of components; one consistent fiction, shown only in development. */

import type { ChartPoint } from "../charts/series.ts";
import type { HeatRow } from "../figures/HeatTable.tsx";
import type { Station } from "../figures/HealthStrip.tsx";
import type { Kind } from "../KindMark.tsx";
import type { SeverityLevel } from "../Severity.tsx";
import type { TraceLane } from "../trace/lanes.ts";

export const NOW = "2026-11-20T13:32:08Z";

export interface SampleRow {
  id: string;
  title: string;
  detail: string;
  kind: Kind;
  severity: SeverityLevel;
  count?: number;
  amount: { value: string; currency: string } | null;
  since: string;
  due: string | null;
  used: number | null;
  paused?: string;
  owner: string | null;
  trend?: number[];
}

export const ROWS: SampleRow[] = [
  { id: "EX-20431", title: "Payout po_1QK9 is short of its charges", detail: "Stripe · 41 charges, fees and 2 refunds already explained", kind: "mismatch", severity: "critical", amount: { value: "-12480.50", currency: "CHF" }, since: "2026-11-19T10:20:00Z", due: "2026-11-20T10:22:00Z", used: 1, owner: "Miriam Keller" },
  { id: "EX-20418", title: "FinStar refuses invoices: cost centre 4210 unknown", detail: "Odoo → FinStar, export · last 13:58", kind: "failed", severity: "critical", count: 312, amount: { value: "538214.60", currency: "CHF" }, since: "2026-11-20T08:10:00Z", due: "2026-11-20T14:10:30Z", used: 0.89, owner: "Tom Brandt", trend: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 312] },
  { id: "EX-20405", title: "Payment received twice for INV-2026-87440", detail: "Customer Helvia Krankenkasse AG · same reference, 2 bank lines", kind: "mismatch", severity: "high", amount: { value: "8915.00", currency: "CHF" }, since: "2026-11-19T15:30:00Z", due: "2026-11-20T12:46:00Z", used: 1, owner: null },
  { id: "EX-20399", title: "Bank credit without a payment: “HELVIA SAMMELZAHLUNG 11/26, Assura-Vita Versicherungen (Westschweiz)”", detail: "ZH main account …0231 · no reference, 3 candidates", kind: "mismatch", severity: "high", amount: { value: "184220.00", currency: "CHF" }, since: "2026-11-20T07:31:00Z", due: "2026-11-21T15:35:00Z", used: 0.41, owner: "Miriam Keller" },
  { id: "EX-20377", title: "Invoice INV-2026-86991 has no payment", detail: "Due 12 Nov · Assura-Vita Versicherungen (Westschweiz)", kind: "overdue", severity: "normal", amount: { value: "4310.00", currency: "CHF" }, since: "2026-11-12T10:00:00Z", due: "2026-11-22T10:00:00Z", used: 0.6, paused: "disputed", owner: "Lucía Gómez" },
  { id: "EX-20360", title: "Delivery 60418 has no invoice", detail: "Medical aids shop · delivered 17 Nov, EHR order 77120", kind: "overdue", severity: "normal", amount: null, since: "2026-11-17T15:30:00Z", due: "2026-11-20T18:40:00Z", used: 0.84, owner: null },
  { id: "EX-20355", title: "Payment notices with an unknown customer number", detail: "Rejected at the door, kept · contract payments.payment v3", kind: "rejected", severity: "normal", count: 5, amount: { value: "2077.20", currency: "CHF" }, since: "2026-11-19T04:00:00Z", due: "2026-11-23T14:00:00Z", used: 0.3, owner: "IT support", trend: [1, 0, 2, 1, 1, 3, 2, 2, 4, 3, 3, 4, 5, 5] },
];

export const HEAT_COLUMNS = ["Purchasing", "Receivables", "Charges", "Stock refill", "Master data", "Feeds"];

const heat = (id: string, label: string, total: string, values: (number | null)[], breached: number[]): HeatRow => ({ id, label, total, cells: values.map((value, i) => ({ value, breached: breached[i] ?? 0, to: "/kit" })) });

export const HEAT_ROWS: HeatRow[] = [
  heat("a", "St. Verena Hospital, Zürich", "232", [31, 118, 74, 2, 6, 1], [6, 9, 14, 0, 0, 1]),
  heat("b", "Marienstift Hospital, Freiburg", "148", [28, 71, 41, 3, 5, 0], [5, 3, 8, 1]),
  heat("c", "Northgate Infirmary, Leeds", "133", [24, 58, 37, 4, 9, 1], [11, 2, 4, 2]),
  heat("d", "Universitäts-Herz- und Gefässzentrum Basel-Landschaft", "36", [11, 12, 9, 1, 3, 0], [2, 0, 1]),
  heat("e", "LabCentral, Basel", "15", [4, 5, 3, null, 2, 1], [0, 0, 1, 0, 0, 1]),
];

export const STATIONS: Station[] = [
  { id: "odoo", name: "Odoo ERP", count: 6, aspect: "clear", remark: "last event 3 s ago", to: "/kit" },
  { id: "edi", name: "Suppliers and EDI", count: 7, aspect: "stop", remark: "Corvanta EDI: no answer", to: "/kit" },
  { id: "pay", name: "Payments", count: 4, aspect: "clear", remark: "last event 1 s ago", to: "/kit" },
  { id: "bank", name: "Banks", count: 5, aspect: "caution", remark: "Nordwest 7 h 32 min late", to: "/kit" },
  { id: "acc", name: "Accounting", count: 3, aspect: "stop", remark: "FinStar: 312 refused", to: "/kit" },
  { id: "clin", name: "Clinical and lab", count: 9, aspect: "unknown", remark: "Radiology: no data yet", to: "/kit" },
  { id: "claim", name: "Claims", count: 4, aspect: "clear", remark: "last event 2 min ago", to: "/kit" },
  { id: "hr", name: "HR and staffing", count: 4, aspect: "caution", remark: "Timesheets 40 min late", to: "/kit" },
  { id: "log", name: "Logistics, feeds", count: 6, aspect: "clear", remark: "last event 22 s ago", to: "/kit" },
];

const at = (clock: string): string => `2026-11-20T${clock}Z`;
const step = (id: string, name: string, detail: string, start: string, end: string, took: string): TraceLane => ({ id, name, detail, icon: "clear", state: "done", kind: "step", took, at: at(start), bars: [{ kind: "done", start: at(start), end: at(end) }] });
const attempt = (id: string, name: string, detail: string, start: string, end: string, ok: boolean): TraceLane => ({ id, name, detail, icon: ok ? "replay" : "failed", state: ok ? "succeeded" : "failed", kind: "step", took: ok ? "0.8 s" : "3 s", at: at(start), bars: [{ kind: ok ? "recovered" : "failed", start: at(start), end: at(end) }] });
const ATTEMPTS = [
  attempt("t1", "Attempt 1", "TLS certificate expired", "07:02:14", "07:02:17", false),
  attempt("t2", "Attempt 2", "TLS certificate expired", "07:02:20", "07:02:23", false),
  attempt("t3", "Attempt 3", "TLS certificate expired", "07:02:29", "07:02:32", false),
  attempt("t4", "Attempt 4", "gave up, dead letter", "07:02:45", "07:02:48", false),
  attempt("t5", "Attempt 5", "replay R-318, J. Okafor", "08:41:52", "08:41:53", true),
];

export const LANES: TraceLane[] = [
  step("l1", "Order approved", "Odoo", "07:02:10", "07:02:10.200", "0.2 s"),
  step("l2", "Order created", "Odoo", "07:02:11", "07:02:12", "1.1 s"),
  step("l3", "Order sent", "Middleware", "07:02:13", "07:02:13.600", "0.6 s"),
  { id: "l4", name: "Transmit to EDI network", detail: "recovered", icon: "caution", state: "failed, then recovered", kind: "step", took: "1 h 39 min", at: at("07:02:14"), attempts: ATTEMPTS, bars: [{ kind: "waiting", start: at("07:02:14"), end: at("08:41:52") }, ...ATTEMPTS.flatMap((one) => one.bars)] },
  step("l5", "Received by EDI network", "997", "08:42:10", "08:42:14", "4 s"),
  { id: "l6", name: "Expected: supplier acknowledgment", detail: "EDI 855, nothing received", icon: "stop", state: "missing", kind: "missing", took: "4 h", at: null, bars: [{ kind: "waiting", start: at("08:42:14"), end: at("09:32:00") }, { kind: "missing", start: at("09:32:00"), end: NOW, label: "due 10:32, 4 h late" }] },
  { id: "l7", name: "Shipping notice", detail: "due Mon 23 Nov", icon: "waiting", state: "not yet due", kind: "not_due", took: "not due", at: null, bars: [] },
  { id: "l8", name: "Goods receipt", detail: "due Wed 25 Nov", icon: "waiting", state: "not yet due", kind: "not_due", took: "not due", at: null, bars: [] },
];

/** 24 hourly rates; three hours without data. */
export const POINTS: ChartPoint[] = Array.from({ length: 24 }, (_, i) => {
  const silent = i >= 9 && i <= 11;
  return { at: new Date(Date.parse(NOW) - (23 - i) * 3_600_000).toISOString(), values: { ok: silent ? null : [420, 380, 300, 310, 350, 500, 800, 1100, 1500, 0, 0, 0, 1800, 1840, 1790, 1900, 1760, 1850, 1820, 1880, 1790, 1860, 1900, 1842][i] ?? 0, failed: silent ? null : i > 17 ? 41 - (i - 18) * 7 : 0 } };
});
