/** Woken when something was put into the outbox. */
export const OUTBOX_CHANNEL = 'outbox'
