/** POST reconciliations/{set}/run, matches, rules/dry-run. */
import { z } from 'zod'
import { askForRun, decideMatch, decisionAnswer, matchDecision } from '../../reconciliation/decide.ts'
import { dryRunAnswer, dryRunBody, dryRunRules } from '../../reconciliation/dry-run.ts'
import { defineRoute } from '../define-route.ts'
import { setParams } from '../reading/reconciliations.ts'

const context = (services: { stores: Parameters<typeof askForRun>[0]['stores']; catalogue: { current(): Parameters<typeof askForRun>[0]['catalogue'] } }) => ({ stores: services.stores, catalogue: services.catalogue.current() })

const run = defineRoute({
  id: 'runReconciliation', method: 'post', path: '/reconciliations/{set}/run', act: 'reconcile', summary: 'Run the set over everything; covers every event acknowledged before this call', params: setParams, status: 202,
  answer: z.object({ runId: z.string() }),
  handle: async ({ params, principal, origin, services }) => ({ runId: await askForRun(context(services), { kind: principal.kind, id: principal.id, origin }, params.set) }),
})

const match = defineRoute({
  id: 'decideMatch', method: 'post', path: '/reconciliations/{set}/matches', act: 'reconcile', summary: 'Accept, decline, split, undo or write off; decisions survive every run, a declined pair does not come back', params: setParams, body: matchDecision, answer: decisionAnswer,
  handle: ({ params, body, principal, origin, scope, services }) => decideMatch(context(services), { kind: principal.kind, id: principal.id, origin, scope }, params.set, body),
})

const dryRun = defineRoute({
  id: 'dryRunRules', method: 'post', path: '/reconciliations/{set}/rules/dry-run', act: 'reconcile', summary: 'What other rules or tolerances would match, unmatch or make ambiguous, pair by pair; nothing changes', params: setParams, body: dryRunBody, answer: dryRunAnswer,
  handle: ({ params, body, scope, services }) => dryRunRules(context(services), params.set, body, scope),
})

export const RECONCILIATION_ACTS = [run, match, dryRun]
