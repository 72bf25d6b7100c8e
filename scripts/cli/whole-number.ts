import { Misuse } from './misuse.ts';

type Range = { readonly least?: number; readonly most?: number };

/** The number of an option, `--calls 10`. Digits only: Number() reads '', '1e3' and '0x10' too. */
export const wholeNumber = (option: string, text: string, { least = 1, most }: Range = {}): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= (most ?? Number.MAX_SAFE_INTEGER)) return value;
  const range = most === undefined ? `from ${least}` : `from ${least} to ${most}`;
  throw new Misuse(`${option} takes a whole number ${range}, not ${JSON.stringify(text)}`);
};
