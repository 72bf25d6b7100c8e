import type { Ask, Asked, Leave, TransportName } from '../asked.ts';
import type { Area, Case, Lab } from '../case.ts';
import type { Pattern } from '../pattern.ts';
import { TRANSPORTS } from '../transports.ts';
import { pool, prefix } from './parts.ts';

/** When the client leaves: what it asked for, and what it must have received before. */
type Moment = {
  readonly during: string;
  readonly ask: Ask;
  readonly arrived?: (asked: Asked) => boolean;
  /** The client has stopped reading, and all buffers on the way to it are full. */
  readonly unread?: boolean;
};

const hasHead = ({ status }: Asked): boolean => status !== undefined;
const hasEvent = ({ body }: Asked): boolean => body.includes('data:');

const MOMENTS: readonly Moment[] = [
  { during: 'events', ask: { path: '/?mode=events' }, arrived: hasEvent },
  { during: 'silent events', ask: { path: '/?mode=events&silent' }, arrived: hasHead },
  { during: 'an answer it does not read', ask: { path: '/?mode=flood' }, arrived: hasHead, unread: true },
  { during: 'the wait for an answer to GET', ask: { path: '/?mode=never' } },
  { during: 'the wait for an answer to HEAD', ask: { method: 'HEAD', path: '/?mode=never' } },
  { during: 'the wait for an answer to POST', ask: { method: 'POST', path: '/?mode=never', body: '{}' } },
  { during: 'a sized body', ask: { method: 'POST', path: '/?mode=never', body: 'half', unfinished: 'sized' } },
  { during: 'a body of any size', ask: { method: 'POST', path: '/?mode=never', body: 'half', unfinished: 'chunked' } },
];

/** Whether the server notices at once, and whether it took a partial body for a complete one. */
const leave = async (lab: Lab, { ask, arrived, unread }: Moment, by: By): Promise<Pattern> => {
  const origin = lab.origin('e1');
  const { aborted, open } = origin;
  const [came, whole] = [origin.connectionIds.length, origin.seen.length];
  const asked = await lab.ask(by.transport, ask);
  await origin.until(({ connectionIds }) => connectionIds.length > came);
  if (arrived) await asked.until(arrived);
  if (unread) {
    asked.pause();
    await origin.until(({ stalled }) => stalled > 0);
  }
  asked.leave(by.how);
  const noticed = await origin.until((one) => one.aborted > aborted && one.open <= open, 2000);
  asked.close();
  return { noticed, truncated: ask.unfinished !== undefined && origin.seen.length > whole };
};

type By = { readonly transport: TransportName; readonly how: Leave };

const TRANSPORT_NAMES = Object.keys(TRANSPORTS) as TransportName[];
const WAYS: readonly By[] = TRANSPORT_NAMES.flatMap((transport) =>
  TRANSPORTS[transport].leaves.map((how) => ({ transport, how })),
);

const leaving = MOMENTS.flatMap((moment) =>
  WAYS.map(
    (by): Case => ({
      name: `a ${by.how} during ${moment.during}, ${by.transport}`,
      play: (lab) => leave(lab, moment, by),
      expect: { noticed: true, truncated: false },
    }),
  ),
);

/** The result of `see` for one request, over each transport. */
const onEveryTransport = (what: string, ask: Ask & { entryPoint?: string }, see: (asked: Asked) => Promise<Pattern>) =>
  TRANSPORT_NAMES.map((transport) => ({
    name: `${what}, ${transport}`,
    play: async (lab: Lab) => {
      const asked = await lab.ask(transport, ask, ask.entryPoint);
      const seen = await see(asked);
      asked.close();
      return seen;
    },
  }));

const events = (times: number) => (asked: Asked) =>
  asked.until(({ body }) => (body.match(/data:/g) ?? []).length >= times);

const impatient = { entryPoint: 'impatient' };

export const clientFaults: Area = {
  name: 'client-faults',
  origins: ['e1'],
  entryPoints: {
    'client-faults': {},
    impatient: { transport: { respondingTimeouts: { readTimeout: '300ms', idleTimeout: '300ms' } } },
  },
  http: {
    routers: {
      cf: prefix('/', 'cf', { entryPoints: ['client-faults', 'impatient'] }),
      cfTls: prefix('/', 'cf', { entryPoints: ['client-faults', 'impatient'], tls: {} }),
    },
    services: { cf: pool('e1') },
  },
  cases: [
    ...leaving,
    ...onEveryTransport('events are passed on one by one', { path: '/?mode=events&every=20' }, events(5)).map(
      (one) => ({
        ...one,
        expect: true,
      }),
    ),
    ...onEveryTransport('the head of silent events comes at once', { path: '/?mode=events&silent' }, (asked) =>
      asked.until(hasHead, 2000),
    ).map((one) => ({ ...one, expect: true })),
    ...onEveryTransport(
      'a stream outlives readTimeout and idleTimeout',
      { path: '/?mode=events&every=350', ...impatient },
      events(4),
    ).map((one) => ({ ...one, expect: true })),
    ...onEveryTransport(
      'silent events outlive readTimeout and idleTimeout',
      { path: '/?mode=events&silent', ...impatient },
      (asked) => asked.whenClosed(1000),
    ).map((one) => ({ ...one, expect: 'timeout' })),
    ...onEveryTransport(
      'a slow answer outlives readTimeout',
      { path: '/?mode=slow&ms=700', ...impatient },
      async (asked) => {
        await asked.until(hasHead);
        return asked.status;
      },
    ).map((one) => ({ ...one, expect: 200 })),
    ...onEveryTransport(
      'an idle connection is let go after idleTimeout',
      { path: '/', ...impatient },
      async (asked) => [await asked.until(hasHead), await asked.whenClosed(3000)],
    ).map((one) => ({ ...one, expect: [true, 'end'] })),
    ...onEveryTransport(
      'a body that stops is given up after readTimeout',
      { method: 'POST', path: '/', body: 'half', unfinished: 'sized', ...impatient },
      async (asked) => {
        const closed = asked.whenClosed(3000);
        await asked.until((one) => hasHead(one) || one.closed, 3000);
        const { status } = asked;
        // Traefik notices the end of either connection first, at random.
        return status === 499 || status === 502 ? 504 : (status ?? ((await closed) === 'timeout' ? 'open' : 'closed'));
      },
    ).map(
      (one): Case =>
        one.name.endsWith('HTTP/2')
          ? { ...one, expect: 504 }
          : { ...one, differs: { id: 'slow-body', traefik: 504, router: 'closed' } },
    ),
    {
      name: 'a silent client is disconnected after readTimeout',
      play: async (lab) => {
        const connection = await lab.connect('impatient');
        const ended = await connection.whenClosed(3000);
        return { ended, said: connection.soFar().rest };
      },
      expect: { ended: 'end', said: '' },
    },
    {
      name: 'a client that stops within its head is disconnected after readTimeout',
      play: async (lab) => {
        const connection = await lab.connect('impatient');
        await connection.write('GET / HTTP/1.1\r\nHost:');
        const ended = await connection.whenClosed(3000);
        return { ended, status: connection.soFar().answers[0]?.status };
      },
      expect: { ended: 'end', status: undefined },
    },
    { name: 'afterwards everything works', send: { path: '/' }, expect: { status: 200 } },
  ],
};
