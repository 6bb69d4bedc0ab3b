import type { ReactNode } from "react";
import { Link } from "react-router";
import type { ActResult } from "../../exceptions/bulk.ts";
import { formatCount } from "../format/money.ts";
import { Note } from "../Note.tsx";

/** What came of an act on many: how many were done, and each one that was left with its reason. */
export function BulkOutcome({ result }: { result: ActResult }): ReactNode {
  const skipped = result.skipped ?? [];
  return (
    <div className="grid gap-3">
      <Note tone={skipped.length === 0 ? "clear" : "caution"} icon={skipped.length === 0 ? "check" : undefined}>
        {result.text}.
      </Note>
      {skipped.length > 0 ? (
        <div className="tw max-h-80 overflow-y-auto" role="group" aria-label="Left as they were" tabIndex={0}>
          <table className="dt" aria-label="Left as they were">
            <thead>
              <tr>
                <th scope="col">Exception</th>
                <th scope="col">Why it was left</th>
              </tr>
            </thead>
            <tbody>
              {skipped.map((item) => (
                <tr key={item.id}>
                  <td>
                    {item.title === null ? `EX-${item.id}` : <Link className="link" to={`/exceptions/${item.id}`}>{item.title}</Link>}
                  </td>
                  <td>{item.why}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {result.unnamed ? <p className="second">and {formatCount(result.unnamed)} more</p> : null}
        </div>
      ) : null}
    </div>
  );
}
