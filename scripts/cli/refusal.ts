import { Misuse } from './misuse.ts';

/** A problem that the caller must fix first. The command exits with 1. */
export class Refusal extends Error {
  readonly code = 'REFUSED';
}

/** In the middle of a change, a file that has become unreadable is not a usage error: sessions are at stake. */
export const stopsChange = (error: unknown): error is Error => error instanceof Misuse || error instanceof Refusal;
