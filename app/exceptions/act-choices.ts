/** What a person can choose from when acting on exceptions: people, reasons, spans of time. */
import { RESOLUTION_CODES } from '#queries/model/exception.ts'
import { PERIODS } from './act-form.ts'
import { RESOLUTION_LABELS } from './labels.ts'

/** The choices of every act's form; `me` is who is asking. */
export function actChoices(me: string, people: readonly { id: string; name: string }[]) {
  return {
    me,
    people: people.map(({ id, name }) => ({ value: id, label: name })),
    resolutions: RESOLUTION_CODES.map(code => ({ value: code as string, label: RESOLUTION_LABELS[code] })),
    periods: PERIODS.map(({ hours, label }) => ({ value: String(hours), label })),
  }
}
