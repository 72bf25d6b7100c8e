/** What a check found: nothing, one thing or several. */
export type Found<Thing extends object> = Thing | undefined | readonly Found<Thing>[];

export const foundIn = <Thing extends object>(found: Found<Thing>): readonly Thing[] => {
  if (found === undefined) return [];
  return isList(found) ? found.flatMap(foundIn<Thing>) : [found];
};

const isList = <Thing extends object>(found: Thing | readonly Found<Thing>[]): found is readonly Found<Thing>[] =>
  Array.isArray(found);
