/** The demo's mail server: takes every mail on this machine only, keeps the newest as files (`<data>/mail/*.eml`), sends nothing anywhere. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Files kept; a demo may run for weeks. */
const KEPT = 200
const LARGEST = 2 * 1024 * 1024

export interface Mailbox { url: string; close(): Promise<void> }

/** Starts it; `directory` is made where it is missing. */
export async function startMailbox(directory: string): Promise<Mailbox> {
  await mkdir(directory, { recursive: true })
  // A development dependency: an installation without the demo does not have it.
  const { SMTPServer } = await import('smtp-server')
  let count = 0
  const keep = async (mail: Buffer): Promise<void> => {
    const name = `${new Date().toISOString().replaceAll(':', '-')}-${String(++count).padStart(5, '0')}.eml`
    await writeFile(join(directory, name), mail)
    const files = (await readdir(directory)).filter(file => file.endsWith('.eml')).sort()
    await Promise.all(files.slice(0, Math.max(0, files.length - KEPT)).map(file => rm(join(directory, file), { force: true })))
  }
  const server = new SMTPServer({
    authOptional: true, disabledCommands: ['AUTH', 'STARTTLS'], size: LARGEST, logger: false,
    onData(stream, _session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => void keep(Buffer.concat(parts)).then(() => done(), () => done(new Error('the mail could not be kept'))))
    },
  })
  server.on('error', () => undefined)
  const port = await new Promise<number>((resolve, reject) => {
    const listening = server.listen(0, '127.0.0.1', () => {
      const address = listening.address()
      if (typeof address === 'object' && address) resolve(address.port)
      else reject(new Error('the demo mail server has no port'))
    })
    listening.once('error', reject)
  })
  return { url: `smtp://127.0.0.1:${port}`, close: () => new Promise(resolve => server.close(() => resolve())) }
}
