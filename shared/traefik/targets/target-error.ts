/** The topology is valid, but this target cannot express it; the message says what to do instead. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
  readonly code = 'TARGET';
}
