/** Every call of the API. */
import { EXCEPTION_ACTS } from './acting/exceptions.ts'
import { GROUP_ACTS } from './acting/groups.ts'
import { RECONCILIATION_ACTS } from './acting/reconciliations.ts'
import { MAIL_ACTS } from './acting/mails.ts'
import { POLICY_ACTS } from './acting/policies.ts'
import { REPLAY_ACTS } from './acting/replays.ts'
import { WORKLIST_ROUTES } from './acting/worklists.ts'
import type { ApiRoute } from './define-route.ts'
import { AUDIT_ROUTES } from './reading/audit.ts'
import { EXCEPTION_ROUTES } from './reading/exceptions.ts'
import { EXPORT_ROUTES } from './reading/exports.ts'
import { GROUP_ROUTES } from './reading/groups.ts'
import { INTEGRATION_ROUTES } from './reading/integrations.ts'
import { MAIL_ROUTES } from './reading/mails.ts'
import { OBJECT_ROUTES } from './reading/objects.ts'
import { RECONCILIATION_ROUTES } from './reading/reconciliations.ts'
import { POLICY_ROUTES } from './reading/policies.ts'
import { REPLAY_ROUTES } from './reading/replays.ts'

export const API_ROUTES: readonly ApiRoute[] = [
  ...EXCEPTION_ROUTES, ...EXCEPTION_ACTS, ...GROUP_ROUTES, ...GROUP_ACTS, ...OBJECT_ROUTES, ...INTEGRATION_ROUTES, ...REPLAY_ROUTES, ...REPLAY_ACTS, ...AUDIT_ROUTES, ...EXPORT_ROUTES,
  ...RECONCILIATION_ROUTES, ...RECONCILIATION_ACTS,
  ...WORKLIST_ROUTES, ...POLICY_ROUTES, ...POLICY_ACTS, ...MAIL_ROUTES, ...MAIL_ACTS,
]
