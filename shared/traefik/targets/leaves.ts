/** A tree of Traefik's keys as single values with their paths, for key stores and labels. */
export type Leaf = { readonly path: readonly string[]; readonly value: string };

/**
 * Lists as in Traefik's key stores: one value per index, padded to the same width, so that the tenth does not sort
 * second.
 */
export const leavesOf = (value: unknown, path: readonly string[] = []): readonly Leaf[] => {
  if (Array.isArray(value)) {
    const width = `${value.length - 1}`.length;
    return value.flatMap((item, index) => leavesOf(item, [...path, `${index}`.padStart(width, '0')]));
  }
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]));
  return [{ path, value: String(value) }];
};
