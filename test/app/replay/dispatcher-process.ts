/** A dispatcher in a process of its own, for tests that kill it. The stores come from the environment, the targets from `TEST_TARGETS`. */
import { startReplayDispatcher } from '#app/replay/dispatcher.ts'
import { buildTargets } from '#app/replay/targets.ts'
import { readEnvironment } from '#queries/environment.ts'
import { openStores } from '#queries/stores.ts'
import { catalogue } from './line.ts'

const stores = await openStores(readEnvironment())
await startReplayDispatcher({ stores, catalogue: { current: () => catalogue }, targets: buildTargets(JSON.parse(process.env['TEST_TARGETS'] ?? '{}')), log: { warn() {}, error() {} } })
