import assert from 'node:assert/strict';
import type { Hazard } from './hazard.ts';

/** Both texts exist, with all values filled in. */
export const assertWorded = ({ message, remedy }: Hazard): void => {
  for (const text of [message, remedy]) {
    assert.match(text, /^\S.*\S$/);
    assert.doesNotMatch(text, /undefined| {2}| [,;:.)]/);
  }
};
