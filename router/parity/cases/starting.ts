import { freePorts } from '../../../shared/free-ports.ts';
import type { Area, Lab } from '../case.ts';
import { exchange } from '../raw-client.ts';
import { Subject } from '../subject.ts';
import { pool, prefix } from './parts.ts';

const NAME = 'starting';
const PATIENCE = 15_000;

/** The statuses that a client gets until it is served. */
const metWhileStarting = async (lab: Lab): Promise<never> => {
  const [port] = await freePorts(1);
  const entryPoints = { [NAME]: { address: `127.0.0.1:${port}` } };
  const starting = Subject.start(lab.kind, { entryPoints, dynamic: lab.dynamic() });
  const met = new Set<number>();
  const end = performance.now() + PATIENCE;
  while (!met.has(200) && performance.now() < end) {
    const asked = await exchange(port!, 'GET / HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n').catch(
      () => undefined,
    );
    const status = asked?.answers[0]?.status;
    if (status === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    else met.add(status);
  }
  await (await starting).stop();
  return [...met] as never;
};

export const starting: Area = {
  name: NAME,
  alone: {},
  origins: ['a'],
  http: { routers: { startingR: prefix('/', 'startingS') }, services: { startingS: pool('a') } },
  cases: [
    {
      name: 'a request while it starts',
      play: metWhileStarting,
      differs: { id: 'start-window', traefik: [404, 200], router: [200] },
    },
  ],
};
