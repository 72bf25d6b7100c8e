/** Hostile HTTP/2, while other clients must still be answered. */
import { randomUUID } from 'node:crypto';
import type { SubjectKind } from '../../../../router/parity/subject.ts';
import type { Area, HostileCase, Rig, Tally } from '../area.ts';
import { askOnce, HonestClients } from '../mutations/honest.ts';
import { frame, Http2Wire } from '../rigs/http2-frames.ts';
import { startProxied } from '../rigs/proxied.ts';
import { RecordingOrigin } from '../rigs/recording-origin.ts';
import { DOWNGRADES, FLOODS, type Flood, ODDITIES } from './http2-floods.ts';

type Http2 = Rig & { readonly port: number; readonly origin: RecordingOrigin };

const ATTACKER = '127.0.3.1';
const HONEST = '127.0.3.2';
const HONEST_CLIENTS = 3;
/** Frames per write. */
const BATCH = 100;
/** How long to wait for the last answers on open connections. */
const REST_MS = 100;

const open = async (kind: SubjectKind): Promise<Http2> => {
  const origin = new RecordingOrigin(randomUUID());
  const proxied = await startProxied(kind, { url: await origin.listen(), stamp: origin.stamp });
  const { port, watched } = proxied;
  return {
    ...{ port, origin, watched },
    honest: async () => void (await askOnce({ port, address: HONEST, method: 'GET' })),
    closeIdle: async () => origin.dropConnections(),
    close: async () => {
      await proxied.close();
      await origin.close();
    },
  };
};

const flood = async ({ port, origin }: Http2, { times, send, unread }: Flood, tally: Tally) => {
  const honest = new HonestClients(port, HONEST_CLIENTS);
  const wire = await Http2Wire.open(port, ATTACKER, unread !== true);
  for (let turn = 0; turn < times && !wire.closed; turn += BATCH) {
    const turns = Array.from({ length: Math.min(BATCH, times - turn) }, (_, i) => send(turn + i));
    await wire.send(Buffer.concat(turns.flat().map(frame)));
    tally.faults = turn + turns.length;
  }
  await wire.quiet(REST_MS);
  tally.saw = `${wire.closed ? 'closed' : 'open'} after ${tally.faults}`;
  wire.leave();
  await honest.stop();
  const { lost, crossed, waits } = honest;
  tally.lost += lost.length;
  tally.crossed += crossed.length;
  tally.saw += `, p99 of others ${Math.round(waits.sort((a, b) => a - b)[Math.floor(waits.length * 0.99)] ?? 0)} ms`;
  return {
    lost: lost.slice(0, 3),
    crossed: crossed.slice(0, 3),
    hidden: origin.hidden.splice(0),
    unclear: origin.unclear.splice(0),
  };
};

const RESET_AT_ONCE: Flood = { ...FLOODS[0]!, times: BATCH };

const CASES: readonly HostileCase<Http2>[] = [
  {
    name: 'streams that are reset at once reach no server',
    play: async (rig, tally) => {
      await flood(rig, RESET_AT_ONCE, tally);
      return { reached: rig.origin.take(ATTACKER).length };
    },
    expect: { reached: 0 },
    // Some of them may be executed.
    traefik: {},
  },
  ...[...ODDITIES, ...DOWNGRADES, ...FLOODS].map(
    (one): HostileCase<Http2> => ({
      name: one.name,
      play: (rig, tally) => flood(rig, one, tally),
      expect: { lost: [], crossed: [], hidden: [], unclear: [] },
    }),
  ),
];

export const http2: Area<Http2> = { name: 'http2', subjects: ['router', 'traefik'], open, cases: () => CASES };
