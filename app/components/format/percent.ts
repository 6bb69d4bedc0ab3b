/** Thin space that does not break (U+202F), between a figure and its percent sign. */
const THIN = "\u202f";

/**
 * A share between 0 and 1 as `61.2 %`. One decimal; `< 0.1 %` for the smallest; what is not all is never shown as
 * `100 %` (99.97 keeps two decimals, closer than that says `> 99.99 %`). Answers `null` for what is no number.
 */
export function formatPercent(share: number): string | null {
  if (!Number.isFinite(share)) return null;
  if (share === 0) return `0${THIN}%`;
  if (share === 1) return `100${THIN}%`;
  if (share > 0 && share < 0.001) return `<${THIN}0.1${THIN}%`;
  const percent = share * 100;
  if (percent > 99.9 && percent < 100) {
    const cut = Math.floor(percent * 100 + 1e-9) / 100;
    if (percent > 99.99 + 1e-9) return `>${THIN}99.99${THIN}%`;
    return `${cut.toFixed(cut * 10 === Math.floor(cut * 10) ? 1 : 2)}${THIN}%`;
  }
  return `${percent.toFixed(1).replace("-", "\u2212")}${THIN}%`;
}
