/**
 * Step 0…5 of the one-hue quantity scale. Square root of the share of the largest, so that a few large cells do not wash
 * out all others; 0 is step 0 and only 0 is.
 */
export function heatStep(value: number, largest: number): 0 | 1 | 2 | 3 | 4 | 5 {
  if (!(value > 0) || !(largest > 0)) return 0;
  const step = Math.ceil(5 * Math.sqrt(Math.min(1, value / largest)) - 0.25);
  return Math.max(1, Math.min(5, step)) as 1 | 2 | 3 | 4 | 5;
}
