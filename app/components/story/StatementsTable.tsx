import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Statement } from "../../objects/story.ts";
import { Icon, type IconName } from "../Icon.tsx";
import { Money } from "../Money.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";
import { Time } from "../Time.tsx";
import { NotApplicable } from "../Unknown.tsx";

const ICONS: Record<Statement["state"], { icon: IconName; label: string }> = {
  said: { icon: "clear", label: "went through" },
  failed: { icon: "stop", label: "failed" },
  silent: { icon: "stop", label: "missing" },
  waiting: { icon: "waiting", label: "not due yet" },
};

const COLUMNS: readonly Column<Statement>[] = [
  {
    id: "system",
    header: "System",
    width: "20%",
    cell: (row) => (
      <span className="rowx gap-1.5">
        <Icon name={ICONS[row.state].icon} label={ICONS[row.state].label} />
        <span className="tr" data-tip={row.system}>
          {row.system}
        </span>
      </span>
    ),
  },
  {
    id: "says",
    header: "Says",
    card: "title",
    cell: (row) => (
      <span className="block min-w-0">
        <span className="tr block" data-tip={row.says}>
          {row.state === "silent" ? <b>{row.says}</b> : row.says}
        </span>
        {row.disagrees ? <span className="second t-stop block">{row.disagrees}</span> : null}
      </span>
    ),
  },
  { id: "amount", header: "Amount", numeric: true, width: "128px", card: "foot", cell: (row) => (row.amount === null ? <NotApplicable /> : <Money amount={row.amount} />) },
  {
    id: "at",
    header: "At",
    numeric: true,
    width: "132px",
    card: "foot-end",
    cell: (row) =>
      row.at === null ? (
        <span className={row.state === "silent" ? "t-stop" : "text-ink-3"}>
          due <Time at={row.dueAt} />
        </span>
      ) : (
        <Time at={row.at} />
      ),
  },
  {
    id: "evidence",
    header: "Evidence",
    width: "164px",
    card: "foot",
    cell: (row) =>
      row.evidence ? (
        <Link className="link tr block" to={row.evidence.to} data-tip={row.evidence.label}>
          {row.evidence.label}
        </Link>
      ) : (
        <NotApplicable />
      ),
  },
];

/** Who says what about one object; where they disagree the line is marked and says why. */
export function StatementsTable({ statements }: { statements: readonly Statement[] }): ReactNode {
  return <DataTable caption="What each system says" columns={COLUMNS} rows={statements} rowId={(row) => row.key} rowClass={(row) => (row.disagrees ? "disagree" : undefined)} twoLine cards blank={<p className="second px-3.5 py-3">No system of your scope has said anything about it.</p>} />;
}
