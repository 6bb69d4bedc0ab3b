/** The people of the demo group: one per role, the facility manager scoped to one facility. */
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { createServiceKey } from '#queries/postgres/service-keys.ts'
import type { Stores } from '#queries/stores.ts'
import { createPerson } from './accounts.ts'
import type { Auth } from './better-auth.ts'
import { ROLE_NAMES, type Role } from './roles.ts'

const SCHEDULE = { kind: 'schedule', id: 'demo', origin: '' } as const
const PEOPLE: readonly { role: Role; name: string; email: string }[] = [
  { role: 'admin', name: 'Ada Admin', email: 'admin@demo.example' },
  { role: 'finance_lead', name: 'Fiona Keller', email: 'finance@demo.example' },
  { role: 'procurement_lead', name: 'Pavel Brandt', email: 'procurement@demo.example' },
  { role: 'it_support', name: 'Ines Support', email: 'it@demo.example' },
  { role: 'auditor', name: 'Oskar Meier', email: 'auditor@demo.example' },
  { role: 'facility_manager', name: 'Mira Vogt', email: 'manager@demo.example' },
]

const keptSchema = z.strictObject({ password: z.string(), apiKey: z.string(), facility: z.string() })
export interface DemoLogins { password: string; apiKey: string; people: { role: string; name: string; email: string; scope: string }[] }

/**
 * Creates the demo people and a service key on the first start and keeps password and key in `<data>/demo-logins.json` (readable by its
 * owner only), so that the next start prints the same. They are made up per installation: a demo may be reachable by others.
 */
export async function ensureDemoLogins(auth: Auth, stores: Stores, catalogue: Catalogue, dataDirectory: string): Promise<DemoLogins> {
  const file = join(dataDirectory, 'demo-logins.json')
  const kept = (await readKept(file)) ?? (await create(auth, stores, catalogue, file))
  const facility = catalogue.facility(kept.facility)?.name ?? kept.facility
  return { password: kept.password, apiKey: kept.apiKey, people: PEOPLE.map(({ role, name, email }) => ({ role: ROLE_NAMES[role], name, email, scope: role === 'facility_manager' ? facility : 'the whole group' })) }
}

async function readKept(file: string): Promise<z.infer<typeof keptSchema> | null> {
  try {
    return keptSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new Error('demo-logins.json in the data directory is damaged: remove the data directory to start the demo anew', { cause: error })
  }
}

async function create(auth: Auth, stores: Stores, catalogue: Catalogue, file: string): Promise<z.infer<typeof keptSchema>> {
  const facilities = [...catalogue.facilities.values()]
  const facility = (facilities.find(one => one.kind === 'hospital') ?? facilities[0])?.id ?? ''
  const password = randomBytes(9).toString('base64url')
  for (const { role, name, email } of PEOPLE) {
    const scoped = role === 'facility_manager'
    await createPerson(auth, stores, { role, name, email, password, title: '', timeZone: catalogue.facility(facility)?.timeZone ?? 'UTC', allFacilities: !scoped, facilities: scoped ? [facility] : [], entities: [] }, SCHEDULE)
  }
  const { key } = await createServiceKey(stores.postgres, { name: 'demo group', scopes: ['ingest:*', 'read'] }, SCHEDULE)
  const kept = { password, apiKey: key, facility }
  await writeFile(file, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600, flush: true })
  return kept
}
