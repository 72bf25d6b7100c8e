/** A tree in Traefik's own keys as single values with their paths: what key stores and labels are made of. */
export type Leaf = { readonly path: readonly string[]; readonly value: string };

/** Lists as Traefik's key stores have them: one value an index, all of one width, so that the tenth does not come second. */
export const leavesOf = (value: unknown, path: readonly string[] = []): readonly Leaf[] => {
  if (Array.isArray(value)) {
    const width = `${value.length - 1}`.length;
    return value.flatMap((item, index) => leavesOf(item, [...path, `${index}`.padStart(width, '0')]));
  }
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]));
  return [{ path, value: String(value) }];
};
