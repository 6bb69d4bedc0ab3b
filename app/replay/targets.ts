/**
 * Where replay commands go: the targets of the file that `REPLAY_TARGETS` names, by the name that the catalogue's integrations use.
 *
 *     {"execution-layer": {"kind": "http", "url": "https://middleware.example/replays", "secret": "whsec_…"}}
 */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { ReplayCorrection } from '#queries/model/replay.ts'
import type { ObjectRef } from '#queries/model/event.ts'
import { httpTarget } from './http-target.ts'

/** A replay command as a CloudEvent `execution.replay.requested`; `data` as INTERFACES.md "To the execution layer" fixes it. */
export interface ReplayCommand {
  specversion: '1.0'
  id: string
  source: 'signalbox'
  type: 'execution.replay.requested'
  subject: string
  time: string
  datacontenttype: 'application/json'
  integration: string
  facility?: string
  correlationid?: string
  data: {
    replayId: string
    idempotencyKey: string
    target: { integration: string; step: string; objects: ObjectRef[] }
    originalEvent: { source: string; id: string } | null
    correlationId: string | null
    corrections: Omit<ReplayCorrection, 'exceptionId'>[]
    requestedBy: string
    approvedBy: string | null
    reason: string
    dryRun: boolean
  }
}

/**
 * What is known after a delivery. `not_sent`: certain that no byte of the command left, it may be tried again; `refused`: the target
 * answered that it does not take it; `unknown`: it may have been taken. Only `not_sent` is ever tried again by itself.
 */
export type Delivery =
  | { outcome: 'delivered' }
  | { outcome: 'refused'; code: string; why: string }
  | { outcome: 'not_sent'; why: string; retryAfterMs: number | null }
  | { outcome: 'unknown'; why: string }

export interface ReplayTarget {
  readonly name: string
  /** commands a second at most */
  readonly ratePerSecond: number
  /** how long after delivery a final answer may take before the outcome is called unknown, ms */
  readonly answerWithinMs: number
  /** if set, only answers that came in through this integration count */
  readonly answersFrom: string | null
  /** Never throws: what happened is the answer. */
  deliver(command: ReplayCommand): Promise<Delivery>
}
export type ReplayTargets = ReadonlyMap<string, ReplayTarget>

const httpConfiguration = z.strictObject({
  kind: z.literal('http'),
  url: z.url({ protocol: /^https?$/ }),
  secret: z.string().regex(/^(whsec_)?[A-Za-z0-9+/]{16,}={0,2}$/, 'must be a Standard Webhooks secret (whsec_ and base64)'),
  timeoutMs: z.int().min(100).max(120_000).default(15_000),
  ratePerSecond: z.number().positive().max(1000).default(10),
  answerWithinMs: z.int().min(100).default(15 * 60_000),
  answersFrom: z.string().nullable().default(null),
})
export type HttpTargetConfiguration = z.infer<typeof httpConfiguration>

const targetsFile = z.record(z.string().regex(/^[a-z0-9][a-z0-9-]*$/), z.discriminatedUnion('kind', [httpConfiguration]))

/** Builds targets from the parsed file. Throws an Error that names the field and what was expected, never a value. */
export function buildTargets(configuration: unknown): ReplayTargets {
  const parsed = targetsFile.safeParse(configuration)
  if (!parsed.success) {
    throw new Error(`REPLAY_TARGETS: ${parsed.error.issues.map(issue => `${issue.path.join('.') || 'file'}: ${issue.message}`).join('; ')}`)
  }
  return new Map(Object.entries(parsed.data).map(([name, target]) => [name, httpTarget(name, target)]))
}

/** Reads the file that `REPLAY_TARGETS` names; without one there are no targets and nothing can be replayed. */
export function loadTargets(path: string | null | undefined): ReplayTargets {
  if (!path) return new Map()
  let content: unknown
  try {
    content = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    throw new Error('REPLAY_TARGETS: expected a readable JSON file')
  }
  return buildTargets(content)
}
