import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { chance } from '../chance.ts';
import type { Tell } from '../event.ts';
import type { Group } from '../scenario.ts';
import { LightClient } from './light-client.ts';

export type FleetOptions = {
  readonly groups: readonly Group[];
  readonly url: string;
  readonly seed: number;
  readonly tell: Tell;
  readonly now: () => number;
  readonly signal: AbortSignal;
};

export type Fleet = {
  readonly size: number;
  /** When every client has had its first session. */
  readonly seated: Promise<void>;
  readonly ended: Promise<void>;
};

/** As many clients a second begin, so that opening is no storm itself. */
const BEGIN_PER_SECOND = 250;

export const startFleet = ({ groups, url, seed, tell, now, signal }: FleetOptions): Fleet => {
  setMaxListeners(0, signal);
  const members = groups.flatMap((group) => Array.from({ length: group.clients }, () => group));
  let left = members.length;
  let allSeated = (): void => undefined;
  const seated = new Promise<void>((resolve) => {
    allSeated = resolve;
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const lives = members.map(async (group, index) => {
    let first = true;
    const onSeated = (): void => {
      if (first && --left === 0) allSeated();
      first = false;
    };
    await wait((index * 1000) / BEGIN_PER_SECOND, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    await new LightClient({ index, group, url, random: chance(seed, index), tell, now, signal, onSeated }).live();
  });
  return { size: members.length, seated, ended: Promise.all(lives).then(() => undefined) };
};
