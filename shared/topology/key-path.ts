/** The place of a key path in a file that was read as a tree. */
import type { Place } from '../source/place.ts';
import type { Tree } from '../source/tree.ts';

export type KeyPath = readonly (string | number)[];

/** nodes[1].url */
export const writeKeyPath = (path: KeyPath): string =>
  path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');

export const parseKeyPath = (text: string): KeyPath =>
  text.split(/\.|(?=\[)/).map((step) => (step.startsWith('[') ? Number(step.slice(1, -1)) : step));

/** The place of the key or item; if the file does not have it, the place of the nearest parent that it has. */
export const placeOf = (tree: Tree, path: KeyPath): Place => {
  let at = tree.at;
  let here: Tree | undefined = tree;
  for (const step of path) {
    if (here?.kind === 'list' && typeof step === 'number') {
      here = here.items[step];
      at = here?.at ?? at;
      continue;
    }
    const entry = here?.kind === 'map' ? here.entries.find(({ key }) => key === String(step)) : undefined;
    if (entry === undefined) return at;
    at = entry.keyAt;
    here = entry.value;
  }
  return at;
};
