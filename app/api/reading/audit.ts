/** GET audit. */
import { z } from 'zod'
import { auditFilter, listAudit } from '#queries/postgres/audit.ts'
import { listOf } from '#queries/model/views.ts'
import { defineRoute, listQuery, splitPaging } from '../define-route.ts'

const auditView = z.object({
  sequence: z.number(), at: z.string(), actor: z.object({ kind: z.string(), id: z.string() }), origin: z.string(), action: z.string(),
  subject: z.object({ kind: z.string(), id: z.string() }), before: z.unknown(), after: z.unknown(), reason: z.string().nullable(), facility: z.string().nullable(), entity: z.string().nullable(),
})

const auditRecords = defineRoute({
  id: 'listAudit', method: 'get', path: '/audit', act: 'see_audit', summary: 'Who did what, newest first',
  query: listQuery(auditFilter), answer: listOf(auditView),
  async handle({ query, scope, services }) {
    const { filter, page } = splitPaging(query)
    return { ...(await listAudit(services.stores.postgres, filter, page, scope)), asOf: new Date().toISOString() }
  },
})

export const AUDIT_ROUTES = [auditRecords]
