/**
 * A quick no for subset sums: seen modulo a small number the sums reach only some residues. Amounts in whole euros with a few odd cents among
 * them are ordinary, and a target whose cents those few cannot make is ruled out without any table.
 */

const MODULI = [3, 7, 11, 13, 64, 100, 1000]

/** True where no set of these weights (integers ≥ 0) can have a sum in [low, high]; false says nothing. */
export const ruledOut = (weights: readonly number[], low: number, high: number): boolean => MODULI.some(modulus => high - low + 1 < modulus && !meets(weights, low, high, modulus))

function meets(weights: readonly number[], low: number, high: number, modulus: number): boolean {
  let reached = new Uint8Array(modulus)
  reached[0] = 1
  for (const weight of weights) {
    const step = weight % modulus
    if (step === 0) continue
    const next = reached.slice()
    for (let residue = 0; residue < modulus; residue++) if (reached[residue] === 1) next[(residue + step) % modulus] = 1
    reached = next
  }
  for (let sum = low; sum <= high; sum++) if (reached[sum % modulus] === 1) return true
  return false
}
