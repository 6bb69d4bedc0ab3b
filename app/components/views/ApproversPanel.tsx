import type { ReactNode } from "react";
import { Link } from "react-router";
import type { ApproverWaiting } from "../../views/approvers.ts";
import { Age } from "../Age.tsx";
import { formatCount } from "../format/money.ts";
import { Panel } from "../Panel.tsx";
import { Unknown } from "../Unknown.tsx";

const SHOWN = 6;

/** Whose decision requisitions wait for, late or not; those that name nobody stand together. */
export function ApproversPanel({ approvers }: { approvers: readonly ApproverWaiting[] }): ReactNode {
  const all = approvers.reduce((sum, each) => sum + each.waiting, 0);
  if (all === 0) return null;
  return (
    <Panel title="Waiting for a decision" sub={formatCount(all)} end={<Link className="link" to="/approvers">Approvers</Link>}>
      <ul className="grid gap-1.5">
        {approvers.slice(0, SHOWN).map((each) => (
          <li key={each.approver ?? ""} className="rowx justify-between">
            <span className="tr">
              {each.approver === null ? <Unknown>no approver named</Unknown> : each.to ? <Link className="link" to={each.to}>{each.approver}</Link> : each.approver}
            </span>
            <span className="second whitespace-nowrap">
              <b className="font-medium text-ink">{formatCount(each.waiting)}</b>
              {each.late > 0 ? `, ${formatCount(each.late)} late` : ""}, <Age since={each.oldest} />
            </span>
          </li>
        ))}
      </ul>
      {approvers.length > SHOWN ? <p className="second mt-2">{formatCount(approvers.length - SHOWN)} more approvers</p> : null}
    </Panel>
  );
}
