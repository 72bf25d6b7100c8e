import type { Terminal } from '../cli/terminal.ts';

/** For commands without a result when interrupted: everything they started ends with this process. */
export const endOnInterrupt = ({ signal }: Terminal): void => {
  if (signal.aborted) process.exit(130);
  signal.addEventListener('abort', () => process.exit(130), { once: true });
};
