/** Malicious servers on reused connections: surplus, early or partial answers must not reach other clients. */

import { exchange } from '../../../../router/parity/raw-client.ts';
import type { SubjectKind } from '../../../../router/parity/subject.ts';
import type { Area, HostileCase, Rig, Tally } from '../area.ts';
import { type Lie, LyingOrigin } from '../rigs/lying-origin.ts';
import { startProxied } from '../rigs/proxied.ts';
import { LIES, WHOLE } from './lies.ts';

export type Servers = Rig & { readonly port: number; readonly origin: LyingOrigin };

const AT_ONCE = 8;
/** Long enough under any load; a complete answer ends the wait. */
const PATIENCE = 30_000;
/** How long a client waits for the rest of an answer that never arrives. */
const ENOUGH_MS = 300;
const LONG_ENOUGH_MS = 5_000;

const open = async (kind: SubjectKind): Promise<Servers> => {
  const origin = new LyingOrigin();
  const { port, watched, ...proxied } = await startProxied(kind, { url: await origin.listen() });
  return {
    ...{ port, origin, watched },
    honest: () => askHonestly(port),
    closeIdle: async () => origin.dropConnections(),
    close: async () => {
      await proxied.close();
      await origin.close();
    },
  };
};

let asked = 0;
/** Throws unless the answer is the one to this request. */
export const askHonestly = async (port: number): Promise<void> => {
  const target = `/honest-${asked++}`;
  const { answers, ended } = await exchange(port, `GET ${target} HTTP/1.1\r\nHost: l\r\n\r\n`, { timeout: PATIENCE });
  const [answer] = answers;
  if (answer?.body !== target)
    throw new Error(`${target} got ${answer?.status} ${JSON.stringify(answer?.body)}, ${ended}`);
};

/** One client gets the malformed answer; others send requests before and after. */
const lieTo = async ({ port, origin }: Servers, lie: Lie, tally: Tally) => {
  await askHonestly(port);
  const head = (lie.request ?? 'GET # HTTP/1.1\r\nHost: l\r\n\r\n').replace('#', origin.prepare(lie));
  const body = head.startsWith('POST') ? 'x'.repeat(300_000) : '';
  const told = exchange(port, head + body, {
    timeout: lie.ends === undefined ? ENOUGH_MS : LONG_ENOUGH_MS,
    untilClosed: /Upgrade/.test(head),
  });
  const lost: string[] = [];
  const others = async (): Promise<void> => {
    await Promise.all(
      Array.from({ length: 3 }, () => askHonestly(port).catch((error: Error) => lost.push(error.message))),
    );
  };
  const { answers, rest } = await told;
  await origin.told();
  await others();
  await others();
  tally.lost += lost.length;
  const [answer] = answers;
  tally.saw = answer === undefined ? 'no answer' : `${answer.status}${answer.complete ? '' : ', cut'}`;
  const poisoned = answers.length > 1 || /POISON/.test(answer?.status === 101 ? '' : rest);
  return { lost, poisoned, answer };
};

export const LYING: readonly HostileCase<Servers>[] = LIES.map((lie) => ({
  name: lie.name,
  play: async (rig, tally) => {
    const { lost, poisoned } = await lieTo(rig, lie, tally);
    return { lost, poisoned };
  },
  expect: { lost: [], poisoned: false },
}));

const CUTTING = WHOLE.flatMap((whole, i) =>
  (['end', 'reset'] as const).map(
    (ends): HostileCase<Servers> => ({
      name: `answer ${i + 1}, cut behind each of its bytes by ${ends === 'end' ? 'a farewell' : 'a reset'}`,
      play: async (rig, tally) => {
        const takenForWhole: number[] = [];
        const places = Array.from({ length: whole.length }, (_, at) => at);
        tally.faults = places.length;
        const lost: string[] = [];
        const work = async (): Promise<void> => {
          for (let at = places.pop(); at !== undefined; at = places.pop()) {
            const seen = await lieTo(rig, { name: 'cut', answer: whole.slice(0, at), ends }, tally);
            lost.push(...seen.lost);
            if (seen.answer?.status === 200 && seen.answer.complete) takenForWhole.push(at);
          }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, work));
        return { lost, takenForWhole };
      },
      expect: { lost: [], takenForWhole: [] },
    }),
  ),
);

export const servers: Area<Servers> = {
  name: 'servers',
  subjects: ['router', 'traefik'],
  open,
  cases: () => [...LYING, ...CUTTING],
};
