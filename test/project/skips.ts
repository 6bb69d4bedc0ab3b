/** Skips that are right in CI, each with its reason: a conditional test says in its name which of them holds. */
export const ALLOWED_SKIPS: [pattern: RegExp, reason: string][] = [
  [/\[long\]/, 'full-size runs belong to npm run test:long'],
  [/SIGNALBOX_TEST_BACKEND=server/, 'runs in the second run, on server stores'],
  [/shared samples/, 'real files of others are not part of the repository and may be missing beside it'],
]

/** Whether a test of this name may be skipped where CI runs. */
export const isAllowedSkip = (name: string): boolean => ALLOWED_SKIPS.some(([pattern]) => pattern.test(name))
