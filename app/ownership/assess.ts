/** Severity and owner of a trouble: the one place where both are decided, for what is found and for what is kept. Pure. */
import type { FoundException } from '#queries/postgres/exceptions.ts'
import type { SeverityRules } from '../exceptions/severity.ts'
import type { Facts } from './facts.ts'
import type { OwnershipRules } from './route.ts'

export type Assessment = Pick<FoundException, 'severity' | 'severityReasons' | 'owner' | 'rules'>
/** An exception of which all is known but this. */
export type Unassessed = Omit<FoundException, keyof Assessment>

/** The rules of one catalogue version. */
export interface AssessmentRules { severity: SeverityRules; ownership: OwnershipRules }

/** Rules that hold for an exception are kept as `severity:<id>` and `owner:<id>`, `owner:` alone where none fits. */
export const ruleKey = (set: 'severity' | 'owner', id: string): string => `${set}:${id}`

/** Severity, owner and the rules behind them at an instant (epoch ms). */
export function assess(facts: Facts, { severity, ownership }: AssessmentRules, now: number): Assessment {
  const judged = severity.judge(facts, now)
  const routed = ownership.route(facts, judged.severity)
  return { severity: judged.severity, severityReasons: judged.reasons, owner: routed.owner, rules: [...judged.rules.map(id => ruleKey('severity', id)), ruleKey('owner', routed.rule ?? '')] }
}
