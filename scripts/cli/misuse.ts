/** Wrong usage of a command: it prints its usage and exits with 2. */
export class Misuse extends Error {
  readonly code = 'MISUSE';
}
