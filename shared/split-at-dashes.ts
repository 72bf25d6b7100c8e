/** A program and its arguments, as given. */
export type ServerCommand = readonly [string, ...string[]];

/** At the first `--`, before anything is read: what follows is not ours. */
export const splitAtDashes = (
  args: readonly string[],
): { readonly own: string[]; readonly command: readonly string[] | undefined } => {
  const at = args.indexOf('--');
  return at < 0 ? { own: [...args], command: undefined } : { own: args.slice(0, at), command: args.slice(at + 1) };
};
