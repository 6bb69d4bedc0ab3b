/** Events that the execution layer, and the systems it acts in, report: answers to a command, and the business that went on. */
import type { CloudEvent, SeedError, SeedObject } from '#seeds/history/events.ts'
import type { Group } from '#seeds/history/group.ts'
import type { Command } from './command.ts'

/** The integration over which the layer reports about replays. */
const REPORTS = 'layer-replays'
type Answer = 'accepted' | 'refused' | 'completed' | 'failed'

/** `execution.replay.<answer>` about a command. `serial` makes the event's id its own when a command comes twice. */
export function answerEvent(command: Command, answer: Answer, serial: string, at: Date, error?: SeedError): CloudEvent {
  const { replayId, idempotencyKey, target, dryRun } = command.data
  return {
    specversion: '1.0', id: `${command.id}-${serial}-${answer}`, source: 'execution-layer', type: `execution.replay.${answer}`, subject: replayId, time: at.toISOString(), datacontenttype: 'application/json',
    integration: REPORTS, ...placeOf(command), causationid: command.id,
    data: {
      status: 'succeeded',
      objects: [{ type: 'replay', id: replayId, namespace: 'default', system: 'execution-layer', role: 'subject', state: answer }],
      ...(error ? { error } : {}),
      attributes: { replayId, idempotencyKey, step: target.step, dryRun },
    },
  }
}

/** The business event that a successful replay brings about: the step has succeeded on its objects. */
export function businessEvent(group: Group, command: Command, serial: string, at: Date): CloudEvent {
  const { target, originalEvent } = command.data
  const source = group.integrations.find(item => item.id === target.integration)?.from ?? 'execution-layer'
  return {
    ...stepEvent(command, target.step, target.integration, source, target.objects, at), id: `${command.id}-${serial}`,
    ...(originalEvent ? { causationid: originalEvent.id } : {}),
  }
}

/** What usually follows a step by itself, with the objects it touches; empty where nothing waits for it. */
export function followers(group: Group, command: Command, step: string, objects: readonly SeedObject[], serial: string, at: Date): { event: CloudEvent; objects: SeedObject[] }[] {
  const subject = objects.find(object => object.type === step.split('.')[1]) ?? objects[0]
  if (!subject) return []
  return group.processes.flatMap(process => process.expectations).filter(expectation => expectation.after === step && expectation.object === subject.type && expectation.when === null).flatMap(expectation => {
    const [type] = expectation.expect
    const integration = group.integrations.find(item => type !== undefined && item.eventTypes.includes(type))
    if (type === undefined || !integration) return []
    const own = type.split('.')[1] ?? subject.type
    const touched = own === subject.type ? [subject] : [{ type: own, id: `${subject.id}-R`, namespace: subject.namespace }, subject]
    return [{ objects: touched, event: { ...stepEvent(command, type, integration.id, integration.from, touched, at), id: `${command.id}-${serial}-${type}` } }]
  })
}

function stepEvent(command: Command, type: string, integration: string, source: string, objects: readonly SeedObject[], at: Date): Omit<CloudEvent, 'id'> {
  const subject = objects.find(object => object.type === type.split('.')[1]) ?? objects[0]
  return {
    specversion: '1.0', source, type, ...(subject ? { subject: subject.id } : {}), time: at.toISOString(), datacontenttype: 'application/json', integration, ...placeOf(command),
    data: {
      status: 'succeeded', attempt: 1, durationMs: 180,
      objects: objects.map(object => ({ type: object.type, id: object.id, namespace: object.namespace, system: source, role: object === subject ? 'subject' : 'related' })),
      attributes: { replayId: command.data.replayId },
    },
  }
}

function placeOf({ facility, data }: Command): { facility?: string; correlationid?: string } {
  return { ...(facility ? { facility } : {}), ...(data.correlationId ? { correlationid: data.correlationId } : {}) }
}
