/** How often it is looked whether the caller is still there. */
const LOOK_MS = 250;

let ending = false;

/** In order, and once: a second SIGTERM would end it at once. */
const end = (): void => {
  if (ending) return;
  ending = true;
  process.kill(process.pid, 'SIGTERM');
};

/**
 * npm's shell ends by a signal and does not pass it on: what it had started would stay. Of other callers nothing
 * follows, for what was put in the background outlives its shell on purpose.
 */
export const endWithCaller = (env: NodeJS.ProcessEnv): void => {
  const caller = process.ppid;
  if (env.npm_command !== undefined) setInterval(() => process.ppid !== caller && end(), LOOK_MS).unref();
};

/** A terminal that closes, or a reader that leaves: nothing that is said from then on reaches anybody. */
export const endWithReader = (): void => {
  process.on('SIGHUP', end);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', end);
};
