import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../../shared/free-ports.ts';
import { cookieValue } from '../../../shared/traefik/cookie-value.ts';
import { answering, type Child, start } from './child.ts';
import { type Machine, pinned } from './machine.ts';
import { COOKIE } from './plan.ts';
import { NODE, ROOT, type Setting } from './subjects.ts';

export type Served = {
  readonly setting: Setting;
  /** Pins to the first server, so that every request goes where the direct path goes. */
  readonly cookie: string;
  /** Empty at first; other programs are added, and end before the servers. */
  readonly children: Child[];
};

/** Running servers and a folder for the proxies' files, until `measure` is over or this process ends. */
export const withServers = async <T>(
  { machine, count }: { readonly machine: Machine; readonly count: number },
  measure: (served: Served) => Promise<T>,
): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const children: Child[] = [];
  const ports = await freePorts(count);
  const servers = ports.map((port) => `http://127.0.0.1:${port}`);
  const program = join(ROOT, 'scripts/workshop/bench/origin.ts');
  const origin = start(pinned(machine, 'load', [...NODE, program, ...ports.map(String)]));
  try {
    for (const url of servers) await answering(origin, url);
    const cookie = `${COOKIE}=${cookieValue(servers[0]!)}`;
    return await measure({ setting: { machine, folder, servers }, cookie, children });
  } finally {
    for (const child of [...children, origin]) await child.stop();
    process.off('exit', remove);
    remove();
  }
};
