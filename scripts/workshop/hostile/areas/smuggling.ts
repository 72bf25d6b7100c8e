/**
 * Request smuggling, and answers that reach the wrong client: over keep-alive connections, to a server that executes
 * everything.
 */
import { randomUUID } from 'node:crypto';
import type { SubjectKind } from '../../../../router/parity/subject.ts';
import type { Area, HostileCase, Rig, Settings, Tally } from '../area.ts';
import { runCampaign, type Side } from '../mutations/campaign.ts';
import { describe } from '../mutations/describe.ts';
import { askOnce, HonestClients } from '../mutations/honest.ts';
import { startProxied } from '../rigs/proxied.ts';
import { RecordingOrigin } from '../rigs/recording-origin.ts';
import type { Watched } from '../watched.ts';

type Smuggling = Rig & { readonly sides: Readonly<Partial<Record<SubjectKind, Side>>>; readonly settings: Settings };

const HONEST_CLIENTS = 3;
const MAX_SHOWN = 20;
const HONEST_ADDRESS = '127.0.2.1';

const openSide = async (
  kind: SubjectKind,
): Promise<{ side: Side; watched: readonly Watched[]; close(): Promise<void> }> => {
  const origin = new RecordingOrigin(randomUUID());
  const url = await origin.listen();
  const { port, watched, ...proxied } = await startProxied(kind, { url, stamp: origin.stamp });
  const close = async (): Promise<void> => {
    await proxied.close();
    await origin.close();
  };
  return { side: { name: kind, port, origin }, watched, close };
};

const open = async (settings: Settings): Promise<Smuggling> => {
  const opened = await Promise.all(settings.against.map(openSide));
  const sides = opened.map(({ side }) => side);
  return {
    settings,
    sides: Object.fromEntries(sides.map((side) => [side.name, side])),
    watched: opened.flatMap(({ watched }) => watched),
    honest: async () => {
      for (const { port } of sides) await askOnce({ port, address: HONEST_ADDRESS, method: 'GET' });
    },
    closeIdle: async () => sides.forEach(({ origin }) => void origin.dropConnections()),
    close: async () => void (await Promise.all(opened.map((one) => one.close()))),
  };
};

/** Meanwhile normal clients of the same proxies are served. */
const mutate = async ({ sides, settings }: Smuggling, tally: Tally) => {
  const honest = Object.values(sides).map(({ port }) => new HonestClients(port, HONEST_CLIENTS));
  const { router, traefik } = sides;
  const { seed, mutations, signal } = settings;
  const began = performance.now();
  const end = await runCampaign({
    ...{ seed: seed * 1_000_003, streams: mutations, router, traefik, signal },
    onProgress: (done) => tally.progress(`${done} of ${mutations} mutations, ${perSecond(done, began)} a second`),
  });
  await Promise.all(honest.map((one) => one.stop()));
  tally.faults += end.streams;
  for (const [id, times] of end.explained) tally.differs.set(id, (tally.differs.get(id) ?? 0) + times);
  for (const one of Object.values(sides)) {
    tally.crossed += one.origin.hidden.length;
  }
  tally.crossed += end.crossed.length + honest.reduce((sum, { crossed }) => sum + crossed.length, 0);
  tally.lost += honest.reduce((sum, { lost }) => sum + lost.length, 0);
  return {
    hidden: Object.values(sides).flatMap(({ origin }) => origin.hidden.slice(0, 3)),
    // Traefik passes on bytes above 127 in a query: `raw-target`.
    unclear: router?.origin.unclear.slice(0, 3) ?? [],
    crossed: [...end.crossed, ...honest.flatMap(({ crossed }) => crossed)].slice(0, 3),
    lost: honest.flatMap(({ lost }) => lost).slice(0, 3),
    differs: end.unexplained.slice(0, MAX_SHOWN).map(describe),
  };
};

const perSecond = (done: number, began: number): number =>
  Math.round(done / Math.max(0.001, (performance.now() - began) / 1000));

const CASES: readonly HostileCase<Smuggling>[] = [
  {
    name: 'mutated requests: none smuggled, no answer to another client, no unknown difference',
    play: mutate,
    expect: { hidden: [], unclear: [], crossed: [], lost: [], differs: [] },
  },
];

export const smuggling: Area<Smuggling> = {
  name: 'smuggling',
  subjects: ['router', 'traefik'],
  together: true,
  open: (_, settings) => open(settings),
  cases: () => CASES,
};
