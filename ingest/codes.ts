/** Why an event or a call was not taken: closed lists, published in INTERFACES.md. */

export const MISSING_CODES = ['missing_specversion', 'missing_id', 'missing_source', 'missing_type', 'missing_time', 'missing_status'] as const
export const INVALID_CODES = [
  'invalid_specversion', 'invalid_id', 'invalid_source', 'invalid_type', 'invalid_subject', 'invalid_time', 'invalid_dataschema',
  'invalid_correlationid', 'invalid_causationid', 'invalid_integration', 'invalid_facility', 'invalid_environment',
  'invalid_data', 'invalid_status', 'invalid_attempt', 'invalid_durationMs', 'invalid_endpoint', 'invalid_amount', 'invalid_criticality',
] as const
/** Of one event (or one record of a file). */
export const REJECT_CODES = ['malformed', 'unreadable', 'too_large', 'too_deep', 'forbidden', 'unknown_code', 'contract_violation', 'id_conflict', ...MISSING_CODES, ...INVALID_CODES] as const
export type RejectCode = (typeof REJECT_CODES)[number]

/** Codes that mean that not even an envelope could be read. A call that yields nothing but these is answered 400. */
export const UNREADABLE_CODES: readonly RejectCode[] = ['malformed', 'unreadable', 'too_deep']

/** Of a whole call, as problem details. */
export const CALL_CODES = {
  missing_key: { status: 401, title: 'A service key is needed' },
  invalid_key: { status: 401, title: 'The service key is not valid' },
  forbidden: { status: 403, title: 'The service key may not do this' },
  not_found: { status: 404, title: 'There is no such thing' },
  too_large: { status: 413, title: 'The call is too large' },
  unsupported_type: { status: 415, title: 'This content type is not taken here' },
  unsupported_encoding: { status: 415, title: 'This content encoding is not taken here' },
  over_capacity: { status: 503, title: 'More is arriving than can be stored' },
} as const
export type CallCode = keyof typeof CALL_CODES
