/** The command was called wrongly: its usage is shown, and it ends with 2. */
export class Misuse extends Error {
  readonly code = 'MISUSE';
}
