/** What several catalogue documents are made of. */
import { z } from 'zod'

export const slug = z.string().regex(/^[a-z0-9][a-z0-9-]*$/)
/** `<domain>.<object>.<what happened>` */
export const eventType = z.string().regex(/^[a-z0-9_]+(\.[a-z0-9_]+){2,}$/)
/** ISO 8601 duration with days, hours, minutes, seconds only: `PT4H`, `P2D`. In working time a day is one working day of the calendar. */
export const duration = z.string().regex(/^P(?=\d|T\d)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/)
