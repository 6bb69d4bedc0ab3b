import type { ReactNode } from "react";
import { AsTable } from "../table/AsTable.tsx";
import type { PlainColumn } from "../table/PlainTable.tsx";
import { Time } from "../Time.tsx";
import { NotApplicable } from "../Unknown.tsx";
import type { TraceLane } from "./lanes.ts";

type Row = TraceLane & { inner: boolean };

const COLUMNS: readonly PlainColumn<Row>[] = [
  { header: "Step", cell: (lane) => <>{lane.name} {lane.detail ? <span className="second">{lane.detail}</span> : null}</> },
  { header: "State", cell: (lane) => lane.state },
  { header: "At", numeric: true, cell: (lane) => (lane.at === null ? <NotApplicable /> : <Time at={lane.at} as="seconds" />) },
  { header: "Took", numeric: true, cell: (lane) => lane.took },
];

/** The waterfall as a table: for screen readers, for copying, and for whoever prefers figures. */
export function TraceTable({ lanes }: { lanes: readonly TraceLane[] }): ReactNode {
  const rows = lanes.flatMap((lane) => [{ ...lane, inner: false }, ...(lane.attempts ?? []).map((attempt) => ({ ...attempt, inner: true }))]);
  return <AsTable className="ml-auto open:ml-0 open:w-full" caption="Steps in order of time, as a table" columns={COLUMNS} rows={rows} rowId={(row) => row.id} rowClass={(row) => (row.inner ? "kid" : undefined)} maxHeight="480px" />;
}
