/**
 * `npm run bench [-- NAME… --full --scale=1 --data=DIR]`: one JSON line per figure. A name selects the benches whose name contains it;
 * none runs all. `--data` takes a demo that was loaded before (`npm run demo`), so that only the pages are measured.
 */
import { parseArgs } from 'node:util'
import { reporter, type BenchOptions, type Report } from './figures.ts'
import { benchAssistance } from './assistance.ts'
import { benchExpectations } from './expectations.ts'
import { benchExceptionList } from './exceptions.ts'
import { benchFinder } from './finder.ts'
import { benchIngest } from './ingest-http.ts'
import { benchMail } from './mail.ts'
import { benchPages } from './pages.ts'
import { benchSubsetSum } from './recon-subset.ts'
import { benchReconFull, benchReconIncremental } from './reconciliation.ts'

const BENCHES: Readonly<Record<string, (options: BenchOptions, report: Report) => Promise<void>>> = {
  pages: benchPages, 'ingest.http': benchIngest, finder: benchFinder, expectations: benchExpectations, mail: benchMail, exceptions: benchExceptionList, assistance: benchAssistance,
  'recon.subset': benchSubsetSum, 'recon.full': benchReconFull, 'recon.incremental': benchReconIncremental,
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { full: { type: 'boolean', default: false }, scale: { type: 'string' }, data: { type: 'string' } } })
const chosen = Object.keys(BENCHES).filter(name => positionals.length === 0 || positionals.some(part => name.includes(part)))
const scale = values.scale === undefined ? null : Number(values.scale)
if (chosen.length === 0 || (scale !== null && !(scale > 0 && scale <= 10))) {
  process.stderr.write(`usage: npm run bench [-- NAME… --full --scale=1 --data=DIR], NAME: ${Object.keys(BENCHES).join(', ')}\n`)
  process.exit(2)
}
for (const name of chosen) await BENCHES[name]?.({ full: values.full, scale, data: values.data ?? null }, reporter(name))
// The embedded stores' threads may outlive their last query.
process.exit(0)
