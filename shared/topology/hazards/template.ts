import type { Found } from '../../found.ts';
import type { Hazard } from '../hazard.ts';
import { type KeyPath, writeKeyPath } from '../key-path.ts';
import type { Topology } from '../topology.ts';

/** Traefik runs its dynamic file through Go's templates before it reads it. */
export const templateHazards = (topology: Topology): Found<Hazard> =>
  textsIn(topology, []).map(({ path, text }) =>
    text.includes('{{')
      ? {
          name: 'template',
          severity: 'error',
          path: writeKeyPath(path),
          // The text itself may hold a password.
          message: 'Traefik would read {{ as the start of a template',
          remedy: 'write the value without {{',
        }
      : undefined,
  );

const textsIn = (value: unknown, path: KeyPath): { readonly path: KeyPath; readonly text: string }[] => {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((one, i) => textsIn(one, [...path, i]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => textsIn(one, [...path, key]));
};
