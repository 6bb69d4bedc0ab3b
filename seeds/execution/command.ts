/** The replay command as INTERFACES.md fixes it, read from outside the product. */
import { z } from 'zod'

const object = z.object({ type: z.string().min(1), id: z.string().min(1), namespace: z.string().min(1).default('default') })

export const replayCommand = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  type: z.literal('execution.replay.requested'),
  facility: z.string().nullish(),
  data: z.object({
    replayId: z.union([z.string(), z.number()]).transform(String),
    idempotencyKey: z.string().min(1),
    target: z.object({ integration: z.string().min(1), step: z.string().min(1), objects: z.array(object) }),
    originalEvent: z.object({ source: z.string(), id: z.string() }).nullish(),
    correlationId: z.string().nullish(),
    dryRun: z.boolean().default(false),
  }),
})
export type Command = z.infer<typeof replayCommand>
