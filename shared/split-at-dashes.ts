/** A program and its arguments. */
export type ServerCommand = readonly [string, ...string[]];

/** Splits at the first `--`, before parsing: the rest is not ours. */
export const splitAtDashes = (
  args: readonly string[],
): { readonly own: string[]; readonly command: readonly string[] | undefined } => {
  const at = args.indexOf('--');
  return at < 0 ? { own: [...args], command: undefined } : { own: args.slice(0, at), command: args.slice(at + 1) };
};
