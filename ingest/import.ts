/**
 * `npm run import -- FORMAT FILE… [--url U --key K] [--integration I] [--facility F]`: files through the pipeline of HTTP. While a server
 * answers at U (or SIGNALBOX_URL, or this machine's PORT) it takes them; else the stores are opened here.
 */
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { SingleBar } from 'cli-progress'
import { FILE_FORMATS, isFileFormat, type FileFormat } from './http/files.ts'
import { readWhole } from './import/file.ts'
import { report, sum } from './import/report.ts'
import { openServer, serverAnswers } from './import/server.ts'
import type { ImportTarget } from './import/target.ts'

const USAGE = `usage: npm run import -- FORMAT FILE… [--url U --key K] [--integration I] [--facility F]
formats: ${FILE_FORMATS.join(', ')}`

/** A mistake of whoever called; printed without a stack. */
class UsageError extends Error {}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { url: { type: 'string' }, key: { type: 'string' }, integration: { type: 'string' }, facility: { type: 'string' } } })
  const [format = '', ...files] = positionals
  if (!isFileFormat(format) || files.length === 0) throw new UsageError(USAGE)
  const target = await openTarget(values)
  try {
    const answers = []
    for (const file of files) answers.push(await importFile(target, format, file, { integration: values.integration ?? '', facility: values.facility ?? '' }))
    process.stdout.write(report(sum(answers), target.where))
  } finally {
    await target.close()
  }
}

async function openTarget({ url, key }: { url?: string; key?: string }): Promise<ImportTarget> {
  const given = url ?? process.env.SIGNALBOX_URL
  const address = given ?? `http://127.0.0.1:${process.env.PORT ?? '3000'}`
  if (given === undefined && !(await serverAnswers(address))) return (await import('./import/local.ts')).openLocal() // late: the engine is loaded only where it is needed
  const serviceKey = key ?? process.env.SIGNALBOX_API_KEY
  if (!serviceKey) throw new UsageError(`a server answers at ${address}: give --key (or SIGNALBOX_API_KEY), a service key with an ingest scope`)
  return openServer(address, serviceKey)
}

async function importFile(target: ImportTarget, format: FileFormat, file: string, origin: { integration: string; facility: string }) {
  const bytes = await readWhole(file)
  const bar = new SingleBar({ format: `${basename(file)} {bar} {percentage} % | {value} of {total} {unit}`, hideCursor: true, noTTYOutput: false })
  let started = false
  try {
    return await target.send(format, bytes, origin, (done, total, unit) => {
      if (started) bar.update(done, { unit })
      else bar.start(total, done, { unit })
      started = true
      bar.setTotal(total)
    })
  } finally {
    if (started) bar.stop()
  }
}

try {
  await main()
} catch (error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const text = code === 'store_locked' ? 'another process has these stores open: if it is a server, give --url and --key' : error instanceof Error ? error.message : String(error)
  process.stderr.write(`${text}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
