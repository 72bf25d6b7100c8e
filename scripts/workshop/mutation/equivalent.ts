import type { Mutant } from './find-mutants.ts';

/** A change that alters nothing anybody could see, and why. */
export type Equivalent = {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Part of its line, where the same change of the same text in another place would be a fault. */
  readonly line?: string;
  readonly why: string;
};

export const EQUIVALENT: readonly Equivalent[] = [];

/** The entry that this mutant is. */
export const findEquivalent = (
  { file, from, to, line }: Mutant & { readonly file: string },
  source: string,
  entries: readonly Equivalent[],
): Equivalent | undefined =>
  entries.find(
    (entry) =>
      entry.file === file &&
      entry.from === flat(from) &&
      entry.to === flat(to) &&
      (entry.line === undefined || source.split('\n')[line - 1]!.includes(entry.line)),
  );

/** On one line, however it is formatted. */
export const flat = (text: string): string => text.replace(/\s+/g, ' ');
