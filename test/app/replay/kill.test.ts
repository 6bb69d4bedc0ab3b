import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startReplayDispatcher } from '#app/replay/dispatcher.ts'
import { createReplay, previewReplay } from '#app/replay/requests.ts'
import { readEnvironment } from '#queries/environment.ts'
import { openStores } from '#queries/stores.ts'
import { openLine, support, type Line } from './line.ts'

let line: Line
beforeAll(async () => { line = await openLine() })
afterAll(() => line.dispose())

test('killed while a command is on its way: unknown after the restart, one effect, nothing sent again', async () => {
  // The layer acts at once and holds its answer back.
  line.behave({ effect: true, http: 202, answers: [], milestone: false })
  const release = line.hold()
  const id = await line.trouble()
  const replay = await createReplay(line.context, support, { exceptionIds: [id], reason: 'cost centre was created', corrections: [], includeUnknown: [] })
  await line.stores.close()

  const child = spawn(process.execPath, [`${import.meta.dirname}/dispatcher-process.ts`], {
    env: { ...process.env, ...line.stores.variables, TEST_TARGETS: JSON.stringify(line.targets) }, stdio: ['ignore', 'inherit', 'inherit'],
  })
  await expect.poll(() => line.received.length, { timeout: 30_000 }).toBe(1)
  child.kill('SIGKILL')
  await once(child, 'exit')
  release()

  const stores = await openStores(readEnvironment(line.stores.variables))
  try {
    const context = { ...line.context, stores }
    const dispatcher = await startReplayDispatcher(context)
    await expect.poll(async () => {
      await dispatcher.idle()
      return (await stores.postgres.selectFrom('replay_item').select('state').where('replay_id', '=', replay.id).execute()).map(row => row.state)
    }, { timeout: 40_000 }).toEqual(['unknown'])
    await dispatcher.idle()
    await dispatcher.close()
    expect((await previewReplay(context, support, { exceptionIds: [id], corrections: [] })).items[0]?.verdict).toBe('outcome_unknown')
  } finally {
    await stores.close()
  }
  expect(line.received).toHaveLength(1)
  expect(line.ledger).toHaveLength(1)
}, 120_000)
