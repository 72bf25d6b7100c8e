/** Where in the user's files something was said; lines and columns count from 1. */
export type Place = { readonly file: string; readonly line: number; readonly column: number };

/** One thing wrong with the user's files. `path` is the key path, `remedy` what to do about it. */
export type Problem = {
  readonly place: Place;
  readonly path: string;
  readonly message: string;
  readonly remedy?: string;
};
