import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** What must not change from one start to the next. */
export interface Secrets {
  /** signs sessions */
  readonly sessionSecret: string
  /** key of the hashes that stand for personal data: changed, nothing old is found any more */
  readonly pseudonymKey: string
  /** Ed25519 private key, PEM: signs audit checkpoints and exported packs */
  readonly signingKey: string
}

const schema = z.object({ sessionSecret: z.string().min(32), pseudonymKey: z.string().min(32), signingKey: z.string().min(1) })

/**
 * The given secrets, completed by those in `<dataDirectory>/secrets.json` (readable by its owner only), which is made
 * when one is needed. Throws if that file cannot be read: new secrets in its place would orphan what was stored.
 */
export function keptSecrets(dataDirectory: string, given: { [Name in keyof Secrets]: string | undefined }): Secrets {
  const { sessionSecret, pseudonymKey, signingKey } = given
  if (sessionSecret && pseudonymKey && signingKey) return { sessionSecret, pseudonymKey, signingKey }
  const kept = readOrCreate(join(dataDirectory, 'secrets.json'), dataDirectory)
  return { sessionSecret: sessionSecret ?? kept.sessionSecret, pseudonymKey: pseudonymKey ?? kept.pseudonymKey, signingKey: signingKey ?? kept.signingKey }
}

function readOrCreate(file: string, directory: string): Secrets {
  const existing = readSecrets(file)
  if (existing) return existing
  mkdirSync(directory, { recursive: true })
  // Written aside and linked: whole or not there, and of two processes starting at once one wins and both use its.
  const aside = `${file}.${randomUUID()}`
  writeFileSync(aside, `${JSON.stringify(newSecrets(), null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true })
  try {
    linkSync(aside, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(aside)
  }
  return readSecrets(file) as Secrets
}

function readSecrets(file: string): Secrets | null {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    throw new Error('secrets.json in the data directory is damaged: restore it from a backup, or set SESSION_SECRET, PSEUDONYM_KEY and SIGNING_KEY')
  }
}

function newSecrets(): Secrets {
  const { privateKey } = generateKeyPairSync('ed25519')
  return {
    sessionSecret: randomBytes(32).toString('base64url'),
    pseudonymKey: randomBytes(32).toString('base64url'),
    signingKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
