/** A problem that the caller must fix first. The command exits with 1. */
export class Refusal extends Error {
  readonly code = 'REFUSED';
}
