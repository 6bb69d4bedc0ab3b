/** Woken when something was put into the outbox. */
export const OUTBOX_CHANNEL = 'outbox'

/** The name under which what is said about webhooks stands in the log, where mails about exceptions have their policy. No policy may have it. */
export const WEBHOOKS_TOPIC = 'webhooks'
