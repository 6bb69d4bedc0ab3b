import { expect, it } from 'vitest'
import { openTestStores } from '#test/support/stores.ts'
it('opens', async () => { for (let i = 0; i < 2; i++) { let t = performance.now(); const s = await openTestStores(); console.log('open', performance.now() - t); expect(await s.ping()).toBe(true); t = performance.now(); await s.dispose(); console.log('dispose', performance.now() - t) } })
