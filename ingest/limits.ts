/** Limits of a call, as INTERFACES.md fixes them, and those of one event. */

const MIB = 1024 * 1024

export const MAX_SENT_BYTES = 32 * MIB
export const MAX_EXPANDED_BYTES = 64 * MIB
/** of a file, sent or expanded */
export const MAX_FILE_BYTES = 256 * MIB
export const MAX_EVENTS = 20_000
export const MAX_ID_BYTES = 1024
export const MAX_DEPTH = 64
/** of one event as it is sent */
export const MAX_EVENT_BYTES = 4 * MIB
/** of `data.attributes` as it is stored */
export const MAX_ATTRIBUTES_BYTES = 256 * 1024
