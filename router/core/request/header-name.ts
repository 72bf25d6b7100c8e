/** How Go writes header names: each word with a capital. The set of names in use is small, so each is made once. */
const known = new Map<string, string>();
/** Names come from servers and clients: whoever invents more than this gets them made anew each time. */
const LIMIT = 2000;

export const canonicalName = (name: string): string => {
  const found = known.get(name);
  if (found !== undefined) return found;
  const made = name.toLowerCase().replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase());
  if (known.size < LIMIT) known.set(name, made);
  return made;
};
