/** Clients that disconnect at any moment, stall, send slowly or do not read; and what they leave behind. */
import net from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Ask, Asked, Leave, TransportName } from '../../../../router/parity/asked.ts';
import { Origin } from '../../../../router/parity/origin.ts';
import type { SubjectKind } from '../../../../router/parity/subject.ts';
import { TRANSPORTS } from '../../../../router/parity/transports.ts';
import type { Area, HostileCase, Rig, Tally } from '../area.ts';
import { askOnce } from '../mutations/honest.ts';
import { startProxied } from '../rigs/proxied.ts';
import { RecordingOrigin } from '../rigs/recording-origin.ts';

type Clients = Rig & { readonly port: number; readonly origin: Origin };

const HONEST = '127.0.4.1';
/** Long enough for anything; if it is reached, the case fails. */
const PATIENCE = 60_000;
const READ_TIMEOUT = '2s';

const open = async (kind: SubjectKind): Promise<Clients> => {
  const recording = new RecordingOrigin('clients');
  const origin = await Origin.listen('a');
  const entryPoint = { transport: { respondingTimeouts: { readTimeout: READ_TIMEOUT } } };
  const proxied = await startProxied(kind, { url: await recording.listen(), modes: origin.url, entryPoint });
  const { port, watched } = proxied;
  return {
    ...{ port, origin, watched },
    honest: async () => void (await askOnce({ port, address: HONEST, method: 'GET' })),
    closeIdle: async () => recording.dropConnections(),
    close: async () => {
      await proxied.close();
      await Promise.all([origin.stop(), recording.close()]);
    },
  };
};

const hasHead = ({ status }: Asked): boolean => status !== undefined;
/** The request, and what must have arrived before the client disconnects. */
const MOMENTS: readonly { readonly ask: Ask; readonly came?: (asked: Asked) => boolean; readonly unread?: true }[] = [
  { ask: { path: '/modes?mode=events' }, came: ({ body }) => body.includes('data:') },
  { ask: { path: '/modes?mode=events&silent' }, came: hasHead },
  { ask: { path: '/modes?mode=flood' }, came: hasHead, unread: true },
  { ask: { path: '/modes?mode=never' } },
  { ask: { method: 'POST', path: '/modes?mode=never', body: '{}' } },
  { ask: { method: 'POST', path: '/modes?mode=never', body: 'half', unfinished: 'sized' } },
  { ask: { method: 'POST', path: '/modes?mode=never', body: 'half', unfinished: 'chunked' } },
];
const TIMES = 6;

/** Several clients at once for each moment; afterwards the server must have no requests left. */
const leave = async ({ port, origin }: Clients, { transport, how }: By, tally: Tally) => {
  // Node 20.20.2 was seen to abort there once (node_http2.cc, OnStreamAfterWrite): see SECURITY.
  const left = MOMENTS.filter(({ unread }) => !(unread && transport === 'HTTP/2' && how === 'farewell'));
  await Promise.all(
    left
      .flatMap((moment) => Array.from({ length: TIMES }, () => moment))
      .map(async ({ ask, came, unread }) => {
        const asked = await TRANSPORTS[transport].ask(port, ask);
        if (came) await asked.until(came, PATIENCE);
        if (unread) asked.pause();
        asked.leave(how);
        tally.faults++;
        await asked.whenClosed(1_000);
        asked.close();
      }),
  );
  await origin.until((one) => one.open === 0, PATIENCE);
  return origin.open;
};

type By = { readonly transport: TransportName; readonly how: Leave };
const WAYS = (Object.keys(TRANSPORTS) as TransportName[]).flatMap((transport) =>
  TRANSPORTS[transport].leaves.map((how): By => ({ transport, how })),
);

type Visitor = {
  readonly name: string;
  readonly times: number;
  /** Written one after the other, with a pause between them. */
  readonly says: readonly string[];
  /** `stays`: until the other side closes. */
  readonly leaves: 'end' | 'destroy' | 'resetAndDestroy' | 'stays';
  /** Reads nothing. */
  readonly deaf?: true;
};

const PAUSE_MS = 50;
const GET = 'GET /a HTTP/1.1\r\nHost: l\r\n\r\n';
// The start of a handshake that announces 200 more bytes.
const HELLO = `\x16\x03\x01\x00\xcc\x01\x00\x00\xc8\x03\x03${'r'.repeat(32)}`;
const drip = (text: string): readonly string[] => [...text].slice(0, 20);

const VISITORS: readonly Visitor[] = [
  ...(['end', 'destroy', 'resetAndDestroy'] as const).flatMap((leaves): Visitor[] => [
    { name: 'without sending anything', times: 500, says: [], leaves },
    { name: 'half a first line', times: 200, says: ['GET /a HT'], leaves },
    { name: 'half a head', times: 200, says: [GET.slice(0, -4)], leaves },
    { name: 'half a handshake', times: 200, says: [HELLO], leaves },
    { name: 'a request, then a disconnect', times: 200, says: [GET], leaves },
    { name: '20 requests at once, then a disconnect', times: 100, says: [GET.repeat(20)], leaves },
    { name: 'half a body', times: 200, says: ['POST /a HTTP/1.1\r\nHost: l\r\nContent-Length: 100\r\n\r\n{'], leaves },
    {
      name: 'half a chunk',
      times: 200,
      says: ['POST /a HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{'],
      leaves,
    },
  ]),
  { name: 'silence', times: 200, says: [], leaves: 'stays' },
  { name: 'a head, byte by byte', times: 200, says: drip(GET), leaves: 'stays' },
  {
    name: 'headers without an end',
    times: 50,
    says: ['GET /a HTTP/1.1\r\nHost: l\r\n', ...Array.from({ length: 20 }, () => 'X-A: 1\r\n')],
    leaves: 'stays',
  },
  { name: 'a handshake that stops', times: 200, says: [HELLO], leaves: 'stays' },
  { name: 'a handshake, byte by byte', times: 100, says: drip(HELLO), leaves: 'stays' },
  {
    name: 'a body, byte by byte',
    times: 50,
    says: ['POST /a HTTP/1.1\r\nHost: l\r\nContent-Length: 100\r\n\r\n', ...drip('x'.repeat(20))],
    leaves: 'stays',
  },
  {
    name: 'unread answers of 50 MB',
    times: 10,
    says: ['GET /modes?mode=large&size=50000000 HTTP/1.1\r\nHost: l\r\n\r\n', ''],
    leaves: 'resetAndDestroy',
    deaf: true,
  },
  {
    name: '2,000 requests with unread answers',
    times: 5,
    says: [GET.repeat(2_000), ''],
    leaves: 'resetAndDestroy',
    deaf: true,
  },
];

const visitOnce = async (port: number, { says, leaves, deaf }: Visitor): Promise<void> => {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined).once('end', () => socket.end());
  if (!deaf) socket.resume();
  for (const text of says) {
    if (!socket.writable) break;
    socket.write(text, 'latin1');
    await wait(PAUSE_MS);
  }
  if (leaves !== 'stays') socket[leaves]();
  await closed;
};

const patient = async <T>(done: Promise<T>): Promise<string> => {
  const given = new AbortController();
  const end = await Promise.race([done.then(() => 'all are let go'), wait(PATIENCE, 'somebody is kept', given)]);
  given.abort();
  return end;
};

const CASES: readonly HostileCase<Clients>[] = [
  ...WAYS.map(
    ({ transport, how }): HostileCase<Clients> => ({
      name: `a ${how} over ${transport}, at each moment`,
      play: (rig, tally) => leave(rig, { transport, how }, tally),
      expect: 0,
    }),
  ),
  ...VISITORS.map(
    (visitor): HostileCase<Clients> => ({
      name: `${visitor.name}, ${visitor.leaves}, ${visitor.times} clients`,
      play: async ({ port }, tally) => {
        tally.faults = visitor.times;
        return patient(Promise.all(Array.from({ length: visitor.times }, () => visitOnce(port, visitor))));
      },
      expect: 'all are let go',
    }),
  ),
];

export const clients: Area<Clients> = { name: 'clients', subjects: ['router', 'traefik'], open, cases: () => CASES };
