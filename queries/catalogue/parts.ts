/** What several catalogue documents are made of. */
import { z } from 'zod'

export const slug = z.string().regex(/^[a-z0-9][a-z0-9-]*$/)
/**
 * `<domain>.<object>.<what happened>`, or the type of a foreign log verbatim ("Enter Incoming Invoice"), so that a process can be
 * declared over imported events. A foreign one has a capital or a space: a mistyped own one is still refused.
 */
export const eventType = z.string().max(200).regex(/^[a-z0-9_]+(\.[a-z0-9_]+){2,}$|^(?=.*[A-Z ])\S(.*\S)?$/)
/** ISO 8601 duration with days, hours, minutes, seconds only: `PT4H`, `P2D`. In working time a day is one working day of the calendar. */
export const duration = z.string().regex(/^P(?=\d|T\d)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/)
