import assert from 'node:assert/strict';
import type { Hazard } from './hazard.ts';

/** Both texts are there, and nothing in them is missing. */
export const assertWorded = ({ message, remedy }: Hazard): void => {
  for (const text of [message, remedy]) {
    assert.match(text, /^\S.*\S$/);
    assert.doesNotMatch(text, /undefined| {2}| [,;:.)]/);
  }
};
