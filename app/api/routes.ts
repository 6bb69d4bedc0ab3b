/** Every call of the API. */
import type { ApiRoute } from './define-route.ts'
import { EXCEPTION_ACTS } from './acting/exceptions.ts'
import { AUDIT_ROUTES } from './reading/audit.ts'
import { INTEGRATION_ROUTES } from './reading/integrations.ts'
import { OBJECT_ROUTES } from './reading/objects.ts'

export const API_ROUTES: readonly ApiRoute[] = [...EXCEPTION_ACTS, ...OBJECT_ROUTES, ...INTEGRATION_ROUTES, ...AUDIT_ROUTES]
