import type { ReactNode } from "react";
import type { Story } from "../../objects/story.ts";
import { Panel } from "../Panel.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";
import { Time } from "../Time.tsx";

type Row = Story["attributes"][number];

/** Since when an attribute without a time of its own holds: imports write it as the first instant there is. */
const NO_TIME = "1970-01-01T00:00:00";

const COLUMNS: readonly Column<Row>[] = [
  { id: "name", header: "Attribute", width: "32%", cell: (row) => <span className="tr block" data-tip={row.name}>{row.name}</span> },
  { id: "value", header: "Latest value", card: "title", cell: (row) => <span className="tr block" data-tip={row.value.length > 40 ? row.value : undefined}>{row.value === "" ? <span className="text-ink-3">empty</span> : row.value}</span> },
  { id: "since", header: "Since", numeric: true, width: "120px", card: "foot-end", cell: (row) => (row.time.startsWith(NO_TIME) ? <span className="text-ink-3">always</span> : <Time at={row.time} />) },
  { id: "values", header: "Values", numeric: true, width: "72px", card: "foot", cell: (row) => row.values },
];

/** What an import said of the object itself; nothing where no import did. */
export function AttributesPanel({ attributes }: { attributes: readonly Row[] }): ReactNode {
  if (attributes.length === 0) return null;
  return (
    <Panel title="Attributes" sub={`${attributes.length}, as imported`} flush cards>
      <DataTable caption="Imported attributes" columns={COLUMNS} rows={attributes} rowId={(row) => row.name} cards />
    </Panel>
  );
}
