/** Readiness: can this process take events and show them? Proved with a canary, not asserted. */

/** How long an answer is believed: a busy probe must not become load. */
const BELIEVED_MS = 5000
const TIMEOUT_MS = 10_000

export interface Readiness { check(): Promise<{ ready: boolean; reason: string | null }> }

/** Runs `prove` (which rejects where something does not work) at most every few seconds; who asks meanwhile gets the last answer. */
export function createReadiness(prove: (signal: AbortSignal) => Promise<void>, now: () => number = Date.now): Readiness {
  let last: { at: number; answer: Promise<{ ready: boolean; reason: string | null }> } | null = null
  return {
    check() {
      if (last && now() - last.at < BELIEVED_MS) return last.answer
      last = { at: now(), answer: attempt(prove) }
      return last.answer
    },
  }
}

async function attempt(prove: (signal: AbortSignal) => Promise<void>): Promise<{ ready: boolean; reason: string | null }> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const late = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('timeout')), { once: true }))
  try {
    await Promise.race([prove(signal), late])
    return { ready: true, reason: null }
  } catch (error) {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
    return { ready: false, reason: code ?? (error instanceof Error && error.message === 'timeout' ? 'timeout' : 'failed') }
  }
}
