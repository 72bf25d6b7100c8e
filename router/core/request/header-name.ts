/** Go's spelling of header names: each word capitalized. Few names are in use, so each is computed once. */
const known = new Map<string, string>();
/** Names come from clients and servers, so the cache needs a limit. */
const LIMIT = 2000;

export const canonicalName = (name: string): string => {
  const found = known.get(name);
  if (found !== undefined) return found;
  const made = name.toLowerCase().replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase());
  if (known.size < LIMIT) known.set(name, made);
  return made;
};
