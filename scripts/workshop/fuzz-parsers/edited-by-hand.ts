/** Does the same as editStrings on the parsed value: slower, but simple enough to trust. */
export const editedByHand = (
  value: unknown,
  paths: ReadonlySet<string>,
  edited: (text: string) => string,
  at: readonly string[] = [],
): unknown => {
  const inner = (one: unknown, name: string): unknown => editedByHand(one, paths, edited, [...at, name]);
  if (typeof value === 'string') return paths.has(at.join('.')) ? edited(value) : value;
  if (Array.isArray(value)) return value.map((one) => inner(one, '*'));
  if (typeof value !== 'object' || value === null) return value;
  const copy: object = {};
  for (const [name, one] of Object.entries(value)) {
    const named = inner(one, /[.*]/.test(name) ? '' : name);
    Object.defineProperty(copy, name, { value: named, enumerable: true, configurable: true, writable: true });
  }
  return copy;
};
