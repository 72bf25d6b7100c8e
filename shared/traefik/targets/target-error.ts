/** The topology is sound, but this target cannot say it; the message tells what to do instead. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
  readonly code = 'TARGET';
}
