/** What a bench found: its figures for `--json`, and one sentence per broken limit. */
export type Verdict = { figures: object; broken: string[] };

/** The smallest value that at least this share (0..1) of all values do not exceed; NaN of none. */
export const percentile = (values: Float64Array, share: number): number =>
  values.toSorted()[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN;

/** Of an even number, the mean of the two in the middle. */
export const median = (values: readonly number[]): number => {
  const sorted = Float64Array.from(values).toSorted();
  const middle = sorted.subarray(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
};

export const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits));
