import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EnvironmentError, readEnvironment } from '#queries/environment.ts'

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'signalbox-environment-'))
})
afterEach(() => rm(data, { recursive: true }))

const long = 'x'.repeat(32)
const read = (variables: Record<string, string> = {}) => readEnvironment({ SIGNALBOX_DATA: data, ...variables })

describe('readEnvironment', () => {
  it('has a default for everything but stores', () => {
    expect(read()).toMatchObject({
      port: 3000, host: '127.0.0.1', publicUrl: null, trustProxy: 0, dataDirectory: data, clickhouseUrl: null, clickhouseCluster: null, databaseUrl: null, kafka: null, smtpUrl: null,
      replayTargets: null, hookSecrets: {}, dropFolder: null, quarantineKey: null, oidc: null, logLevel: 'info', firstAdministrator: null, firstApiKey: null,
    })
  })

  it('takes what is set, and an empty variable as not set', () => {
    const environment = read({
      PORT: '0', PUBLIC_URL: 'https://signalbox.example/', TRUST_PROXY: 'true', KAFKA_BROKERS: 'a:9092, b:9092', KAFKA_TOPICS: 'events', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'p', KAFKA_TLS: '1',
      HOOK_SECRETS: '{"stripe":["whsec_new","whsec_old"]}', QUARANTINE_KEY: Buffer.alloc(32, 7).toString('base64'), SIGNALBOX_API_KEY: 'sbx_abcdef', LOG_LEVEL: 'debug', SMTP_URL: '', DATABASE_URL: '',
    })
    expect(environment).toMatchObject({
      port: 0, publicUrl: 'https://signalbox.example', trustProxy: 1, hookSecrets: { stripe: ['whsec_new', 'whsec_old'] }, quarantineKey: Buffer.alloc(32, 7), firstApiKey: 'sbx_abcdef', logLevel: 'debug', smtpUrl: null,
      kafka: { brokers: ['a:9092', 'b:9092'], topics: ['events'], tls: true, sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' } },
    })
  })

  it.each([
    ['PORT', 'geheim', 'a whole number from 0 to 65535'],
    ['PORT', '70000', 'a whole number from 0 to 65535'],
    ['PUBLIC_URL', 'geheim', 'a URL that begins with http:// or https://'],
    ['DATABASE_URL', 'mysql://geheim', 'a URL that begins with postgres:// or postgresql://'],
    ['CLICKHOUSE_URL', 'geheim:8123', 'a URL that begins with http:// or https://'],
    ['TRUST_PROXY', 'geheim', 'true, false or the number of proxies'],
    ['KAFKA_TLS', 'geheim', 'true or false'],
    ['HOOK_SECRETS', '{"stripe":"geheim"}', 'JSON such as {"stripe":["new","old"]}'],
    ['HOOK_SECRETS', '{"stripe":["geheim","b","c"]}', 'at most two secrets'],
    ['HOOK_SECRETS', 'geheim', 'JSON such as'],
    ['SESSION_SECRET', 'geheim', 'at least 32 characters'],
    ['QUARANTINE_KEY', 'geheim', '32 bytes in base64'],
    ['SIGNING_KEY', 'geheim', 'an Ed25519 private key in PEM'],
    ['SIGNALBOX_API_KEY', 'geheim', 'a text that begins with sbx_'],
    ['SIGNALBOX_ADMIN_EMAIL', 'geheim', 'an e-mail address'],
    ['LOG_LEVEL', 'geheim', 'fatal, error, warn, info, debug, trace, silent'],
    ['KAFKA_SASL_MECHANISM', 'geheim', 'plain, scram-sha-256 or scram-sha-512'],
  ])('refuses %s=%s with its name and what was expected, never its value', (name, value, expected) => {
    const wrong = (): unknown => read({ [name]: value })
    expect(wrong).toThrow(EnvironmentError)
    expect(wrong).toThrow(`${name}: expected ${expected.startsWith('at most') ? 'JSON such as' : expected}`)
    expect(wrong).not.toThrow(/geheim/)
  })

  it('lists everything that is wrong', () => {
    expect(() => read({ PORT: 'a', LOG_LEVEL: 'b' })).toThrow(/PORT: .*\nLOG_LEVEL: /)
  })

  it('wants together what belongs together', () => {
    expect(() => read({ SIGNALBOX_ADMIN_EMAIL: 'a@example.org' })).toThrow('SIGNALBOX_ADMIN_PASSWORD: expected together with SIGNALBOX_ADMIN_EMAIL')
    expect(() => read({ CLICKHOUSE_CLUSTER: 'main' })).toThrow('CLICKHOUSE_URL: required when CLICKHOUSE_CLUSTER is set')
    expect(() => read({ CLICKHOUSE_URL: 'http://localhost:8123' })).toThrow('DATABASE_URL: required when CLICKHOUSE_URL is set')
  })
})

describe('secrets', () => {
  it('are made once and kept, readable by their owner only', async () => {
    const first = read()
    const again = read()
    expect([again.sessionSecret, again.pseudonymKey, again.signingKey]).toEqual([first.sessionSecret, first.pseudonymKey, first.signingKey])
    expect(new Set([first.sessionSecret, first.pseudonymKey]).size).toBe(2)
    expect((await stat(join(data, 'secrets.json'))).mode & 0o777).toBe(0o600)
    expect(read({ SESSION_SECRET: long })).toMatchObject({ sessionSecret: long, pseudonymKey: first.pseudonymKey })
    expect(read({ SIGNING_KEY: first.signingKey }).signingKey).toBe(first.signingKey)
  })

  it('are not replaced when their file is damaged', async () => {
    await writeFile(join(data, 'secrets.json'), '{"sessionSecret":"geheim"')
    expect(() => read()).toThrow('secrets.json in the data directory is damaged')
    expect(() => read()).not.toThrow(/geheim/)
    expect(await readFile(join(data, 'secrets.json'), 'utf8')).toContain('geheim')
  })

  it('are required, and no file is made, where the decisions are on a server', () => {
    expect(() => read({ DATABASE_URL: 'postgres://u:geheim@localhost/x' })).toThrow('SESSION_SECRET: required when DATABASE_URL is set\nPSEUDONYM_KEY: required when DATABASE_URL is set\nSIGNING_KEY: required when DATABASE_URL is set')
    expect(existsSync(join(data, 'secrets.json'))).toBe(false)
  })
})
