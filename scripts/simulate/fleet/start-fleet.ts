import type { Report } from '../event.ts';
import type { Group } from '../scenario.ts';
import { seededRandom } from '../seeded-random.ts';
import { LightClient } from './light-client.ts';

export type FleetOptions = {
  readonly groups: readonly Group[];
  readonly url: string;
  readonly seed: number;
  readonly report: Report;
  readonly now: () => number;
  readonly call: (id: number) => string;
  readonly signal: AbortSignal;
};

export type Fleet = {
  readonly size: number;
  /** When every client has its first session. */
  readonly seated: Promise<void>;
  readonly ended: Promise<void>;
  dropConnections(): void;
};

/** How many open their first session at a time: the start itself must not be a storm, even on a slow machine. */
const BEGIN_AT_ONCE = 16;

export const startFleet = ({ groups, url, seed, report, now, call, signal }: FleetOptions): Fleet => {
  // Each client has its own signal: adding a listener to a shared one takes time in proportion to its listeners.
  const enders: AbortController[] = [];
  const endAll = (): void => {
    for (const ender of enders) ender.abort();
  };
  signal.addEventListener('abort', endAll, { once: true });
  const members = groups.flatMap((group) => Array.from({ length: group.clients }, () => group));
  const clients: LightClient[] = [];
  const lives: Promise<void>[] = [];
  let next = 0;
  const begin = async (): Promise<void> => {
    while (next < members.length && !signal.aborted) {
      const index = next++;
      const group = members[index]!;
      const ender = new AbortController();
      enders.push(ender);
      await new Promise<void>((resolve) => {
        ender.signal.addEventListener('abort', () => resolve(), { once: true });
        const client = new LightClient({
          index,
          group,
          url,
          call,
          random: seededRandom(seed, index),
          report,
          now,
          signal: ender.signal,
          onOpened: resolve,
        });
        clients.push(client);
        lives.push(client.live());
      });
    }
  };
  const seated = Promise.all(Array.from({ length: BEGIN_AT_ONCE }, begin)).then(() => undefined);
  return {
    size: members.length,
    seated,
    ended: seated.then(async () => void (await Promise.all(lives))),
    dropConnections: () => {
      for (const client of clients) client.dropConnections();
    },
  };
};
