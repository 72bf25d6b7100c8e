import { join } from 'node:path';
import { run, saying, start } from './child.ts';
import { NODE, ROOT, type Subject } from './subjects.ts';

/** Milliseconds from the start of the process to its first answer, on all cores, as users start it. */
export const measureStart = async (subject: Subject): Promise<number> => {
  const started = performance.now();
  const child = await subject.launch('all');
  const took = performance.now() - started;
  await child?.stop();
  return took;
};

/** The start of Node itself, which we cannot shorten. */
export const measureBareNode = async (): Promise<number> => {
  const started = performance.now();
  await run([process.execPath, '-e', '0']);
  return performance.now() - started;
};

/** Until `npm run dev` reports that Redis, three nodes and the router are up. */
export const measureCluster = async (): Promise<number> => {
  const started = performance.now();
  const cluster = start([...NODE, join(ROOT, 'scripts/mooring.ts'), 'dev', '--json']);
  try {
    await saying(cluster, '"event":"ready"');
    return performance.now() - started;
  } finally {
    await cluster.stop();
  }
};
