import { createPrivateKey } from 'node:crypto'
import { resolve } from 'node:path'
import { z } from 'zod'
import { keptSecrets, type Secrets } from './secrets.ts'

/** Everything the environment decides. What is not set is null, never absent. */
export interface Environment extends Secrets {
  readonly port: number
  readonly host: string
  /** without a slash at its end; null: what the request says */
  readonly publicUrl: string | null
  /** number of proxies in front whose forwarded headers are believed */
  readonly trustProxy: number
  /** absolute */
  readonly dataDirectory: string
  readonly clickhouseUrl: string | null
  readonly clickhouseCluster: string | null
  readonly databaseUrl: string | null
  readonly kafka: {
    readonly brokers: readonly string[]
    readonly topics: readonly string[]
    readonly group: string
    readonly tls: boolean
    readonly sasl: { readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; readonly username: string; readonly password: string } | null
  } | null
  readonly smtpUrl: string | null
  readonly mailFrom: string
  /** file */
  readonly replayTargets: string | null
  /** hook → the one or two secrets that are valid now */
  readonly hookSecrets: Readonly<Record<string, readonly string[]>>
  readonly dropFolder: string | null
  /** 32 bytes; null: originals of rejected input are not kept */
  readonly quarantineKey: Buffer | null
  readonly oidc: { readonly issuer: string; readonly clientId: string; readonly clientSecret: string } | null
  readonly logLevel: (typeof logLevels)[number]
  /** the first start on an empty store creates them */
  readonly firstAdministrator: { readonly email: string; readonly password: string } | null
  readonly firstApiKey: string | null
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const yesNo = z.enum(['true', 'false', '1', '0'], 'true or false').transform((value) => value === 'true' || value === '1')
const address = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), `a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`)
const names = z
  .string()
  .transform((value) => value.split(',').map((name) => name.trim()).filter((name) => name !== ''))
  .refine((list) => list.length > 0, 'a list separated by commas')
const text = z.string().min(1, 'a text that is not empty')
const secret = z.string().min(32, 'at least 32 characters')
const hooks = z
  .string()
  .transform((value, context) => {
    try {
      return JSON.parse(value) as unknown
    } catch {
      context.addIssue({ code: 'custom', message: hooksExpected })
      return z.NEVER
    }
  })
  .pipe(z.record(z.string(), z.array(z.string().min(1)).min(1).max(2)))
const hooksExpected = 'JSON such as {"stripe":["new","old"]}, at most two secrets for each hook'

/** INTERFACES.md, "Environment": each message says what is expected, and is all that is said of a wrong value. */
const schema = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  HOST: text.default('127.0.0.1'),
  PUBLIC_URL: address('http:', 'https:').transform((value) => value.replace(/\/+$/, '')).optional(),
  TRUST_PROXY: z.union([yesNo.transform(Number), z.coerce.number().int().min(0).max(10)]).default(0),
  SIGNALBOX_DATA: text.default('./.data'),
  CLICKHOUSE_URL: address('http:', 'https:').optional(),
  CLICKHOUSE_CLUSTER: z.string().regex(/^[A-Za-z_][\w-]*$/, 'the name of a cluster').optional(),
  DATABASE_URL: address('postgres:', 'postgresql:').optional(),
  KAFKA_BROKERS: names.optional(),
  KAFKA_TOPICS: names.default(['signalbox.events']),
  KAFKA_GROUP: text.default('signalbox'),
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).default('scram-sha-512'),
  KAFKA_SASL_USERNAME: text.optional(),
  KAFKA_SASL_PASSWORD: text.optional(),
  KAFKA_TLS: yesNo.default(false),
  SMTP_URL: address('smtp:', 'smtps:').optional(),
  MAIL_FROM: text.default('Signalbox <signalbox@localhost>'),
  REPLAY_TARGETS: text.optional(),
  HOOK_SECRETS: hooks.default({}),
  DROP_FOLDER: text.optional(),
  SESSION_SECRET: secret.optional(),
  PSEUDONYM_KEY: secret.optional(),
  QUARANTINE_KEY: z.string().refine((value) => Buffer.from(value, 'base64').length === 32, '32 bytes in base64').transform((value) => Buffer.from(value, 'base64')).optional(),
  SIGNING_KEY: z.string().refine(isEd25519, 'an Ed25519 private key in PEM (PKCS #8)').optional(),
  OIDC_ISSUER: address('https:', 'http:').optional(),
  OIDC_CLIENT_ID: text.optional(),
  OIDC_CLIENT_SECRET: text.optional(),
  LOG_LEVEL: z.enum(logLevels).default('info'),
  SIGNALBOX_ADMIN_EMAIL: z.email('an e-mail address').optional(),
  SIGNALBOX_ADMIN_PASSWORD: z.string().min(8, 'at least 8 characters').optional(),
  SIGNALBOX_API_KEY: z.string().regex(/^sbx_\S{4,}$/, 'a text that begins with sbx_').optional(),
})
type Variables = z.output<typeof schema>

const expected: Readonly<Record<string, string>> = {
  PORT: 'a whole number from 0 to 65535',
  TRUST_PROXY: 'true, false or the number of proxies',
  HOOK_SECRETS: hooksExpected,
  KAFKA_SASL_MECHANISM: 'plain, scram-sha-256 or scram-sha-512',
  LOG_LEVEL: logLevels.join(', '),
}
/** Groups of which either all or none are set. */
const together = [
  ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'],
  ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'],
  ['SIGNALBOX_ADMIN_EMAIL', 'SIGNALBOX_ADMIN_PASSWORD'],
] as const

/** A variable that is wrong or missing. The message names it and what was expected, never its value. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError'
  readonly code = 'environment_invalid'
}

/**
 * Reads and checks the environment; an empty variable counts as not set.
 * Without `DATABASE_URL` the secrets that are not set are made once and kept in `<data>/secrets.json`; with it they are required.
 * Throws an `EnvironmentError` that lists everything wrong, a line each.
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>> = process.env): Environment {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = schema.safeParse(given)
  if (!parsed.success) {
    const wrong = new Map(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message]))
    throw new EnvironmentError([...wrong].map(([name, message]) => `${name}: expected ${expected[name] ?? message}`).join('\n'))
  }
  const variables = parsed.data
  const problems = [...missingTogether(variables), ...missingForServer(variables)]
  if (problems.length > 0) throw new EnvironmentError(problems.join('\n'))
  return assemble(variables)
}

function assemble(v: Variables): Environment {
  const dataDirectory = resolve(v.SIGNALBOX_DATA)
  const given = { sessionSecret: v.SESSION_SECRET, pseudonymKey: v.PSEUDONYM_KEY, signingKey: v.SIGNING_KEY }
  return {
    port: v.PORT,
    host: v.HOST,
    publicUrl: v.PUBLIC_URL ?? null,
    trustProxy: v.TRUST_PROXY,
    dataDirectory,
    clickhouseUrl: v.CLICKHOUSE_URL ?? null,
    clickhouseCluster: v.CLICKHOUSE_CLUSTER ?? null,
    databaseUrl: v.DATABASE_URL ?? null,
    kafka: v.KAFKA_BROKERS ? { brokers: v.KAFKA_BROKERS, topics: v.KAFKA_TOPICS, group: v.KAFKA_GROUP, tls: v.KAFKA_TLS, sasl: sasl(v) } : null,
    smtpUrl: v.SMTP_URL ?? null,
    mailFrom: v.MAIL_FROM,
    replayTargets: v.REPLAY_TARGETS === undefined ? null : resolve(v.REPLAY_TARGETS),
    hookSecrets: v.HOOK_SECRETS,
    dropFolder: v.DROP_FOLDER === undefined ? null : resolve(v.DROP_FOLDER),
    quarantineKey: v.QUARANTINE_KEY ?? null,
    oidc: v.OIDC_ISSUER && v.OIDC_CLIENT_ID && v.OIDC_CLIENT_SECRET ? { issuer: v.OIDC_ISSUER, clientId: v.OIDC_CLIENT_ID, clientSecret: v.OIDC_CLIENT_SECRET } : null,
    logLevel: v.LOG_LEVEL,
    firstAdministrator: v.SIGNALBOX_ADMIN_EMAIL && v.SIGNALBOX_ADMIN_PASSWORD ? { email: v.SIGNALBOX_ADMIN_EMAIL, password: v.SIGNALBOX_ADMIN_PASSWORD } : null,
    firstApiKey: v.SIGNALBOX_API_KEY ?? null,
    ...(v.DATABASE_URL === undefined ? keptSecrets(dataDirectory, given) : (given as Secrets)),
  }
}

function sasl(v: Variables): NonNullable<Environment['kafka']>['sasl'] {
  return v.KAFKA_SASL_USERNAME && v.KAFKA_SASL_PASSWORD ? { mechanism: v.KAFKA_SASL_MECHANISM, username: v.KAFKA_SASL_USERNAME, password: v.KAFKA_SASL_PASSWORD } : null
}

function missingTogether(v: Variables): string[] {
  return together.flatMap((group) => {
    const missing = group.filter((name) => v[name] === undefined)
    return missing.length === group.length ? [] : missing.map((name) => `${name}: expected together with ${group.filter((other) => other !== name).join(' and ')}`)
  })
}

function missingForServer(v: Variables): string[] {
  const problems: string[] = []
  if (v.CLICKHOUSE_URL && !v.DATABASE_URL) problems.push('DATABASE_URL: required when CLICKHOUSE_URL is set')
  if (v.CLICKHOUSE_CLUSTER && !v.CLICKHOUSE_URL) problems.push('CLICKHOUSE_URL: required when CLICKHOUSE_CLUSTER is set')
  const keys = ['SESSION_SECRET', 'PSEUDONYM_KEY', 'SIGNING_KEY'] as const
  if (v.DATABASE_URL) problems.push(...keys.filter((name) => v[name] === undefined).map((name) => `${name}: required when DATABASE_URL is set`))
  return problems
}

function isEd25519(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'ed25519'
  } catch {
    return false
  }
}
