import type { ReactNode } from "react";
import { Link } from "react-router";
import type { ActResult } from "../../exceptions/bulk.ts";
import { formatCount } from "../format/money.ts";
import { Note } from "../Note.tsx";
import { type PlainColumn, PlainTable } from "../table/PlainTable.tsx";

const LEFT: readonly PlainColumn<NonNullable<ActResult["skipped"]>[number]>[] = [
  { header: "Exception", cell: (item) => (item.title === null ? `EX-${item.id}` : <Link className="link" to={`/exceptions/${item.id}`}>{item.title}</Link>) },
  { header: "Why it was left", cell: (item) => item.why },
];

/** What came of an act on many: how many were done, and each one that was left with its reason. */
export function BulkOutcome({ result }: { result: ActResult }): ReactNode {
  const skipped = result.skipped ?? [];
  return (
    <div className="grid gap-3">
      <Note tone={skipped.length === 0 ? "clear" : "caution"} icon={skipped.length === 0 ? "check" : undefined}>
        {result.text}.
      </Note>
      {skipped.length > 0 ? (
        <>
          <PlainTable caption="Left as they were" columns={LEFT} rows={skipped} rowId={(item) => item.id} maxHeight="320px" />
          {result.unnamed ? <p className="second">and {formatCount(result.unnamed)} more</p> : null}
        </>
      ) : null}
    </div>
  );
}
