/** Payments and invoices as they were sent, and what really belongs together: the planted truth. */

/** The ways in which payments answer invoices here. */
export const MATCH_TYPES = ['exact_key', 'reference', 'noisy_reference', 'instalments', 'one_to_many', 'many_to_many', 'fee_kept', 'small_difference', 'exchange', 'credit_note', 'over_payment', 'no_reference'] as const
/** Planted so that matching goes wrong, or must say that it cannot be told. */
export const TRAPS = ['equal_amounts', 'swapped_digits', 'paid_twice', 'two_subsets'] as const
/** Belongs to nothing, or takes itself back. */
export const NOISE = ['unpaid', 'unknown_payment', 'reversal'] as const
export type StoryType = (typeof MATCH_TYPES)[number] | (typeof TRAPS)[number] | (typeof NOISE)[number]

export interface PlantedDocument {
  id: string
  side: 'payment' | 'invoice'
  /** positive minor units of `currency` */
  minor: bigint
  currency: string
  direction: 'credit' | 'debit'
  /** `2026-11-21` */
  date: string
  /** an invoice's own number; null for a payment */
  number: string | null
  /** what the payer wrote; empty for an invoice */
  text: string
  counterparty: string | null
  name: string | null
  endToEnd: string | null
  /** minor units kept back before the payment arrived */
  fee: bigint | null
  rate: { from: string; to: string; rate: string; source: string } | null
  discount: { minor: bigint; until: string } | null
}

/** `match`: its documents belong together. `ambiguous`: several answers are equally right, so none may be taken. `none`: nothing matches. */
export interface PlantedStory { type: StoryType; expected: 'match' | 'ambiguous' | 'none'; payments: string[]; invoices: string[] }

export interface Planted { documents: PlantedDocument[]; stories: PlantedStory[] }
