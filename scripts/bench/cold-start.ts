import { run } from './child.ts';
import type { Subject } from './subjects.ts';

/** Milliseconds from the start of the process to its first answer, on all cores, as whoever starts it has them. */
export const measureStart = async (subject: Subject): Promise<number> => {
  const started = performance.now();
  const child = await subject.launch('all');
  const took = performance.now() - started;
  await child?.stop();
  return took;
};

/** What Node itself takes to do nothing: the part of a start that nobody here can shorten. */
export const measureBareNode = async (): Promise<number> => {
  const started = performance.now();
  await run([process.execPath, '-e', '0']);
  return performance.now() - started;
};
