import type { Ask, Asked, Leave, TransportName } from '../asked.ts';
import type { Area, Case, Lab } from '../case.ts';
import type { Origin } from '../origin.ts';
import type { Pattern } from '../pattern.ts';
import { pool, prefix } from './parts.ts';

/** One way to leave per transport; other cases show that all ways are noticed. */
const WAYS: readonly (readonly [TransportName, Leave])[] = [
  ['HTTP/1.1', 'cut'],
  ['TLS', 'cut'],
  ['HTTP/2', 'cancel'],
];
let marks = 0;

/** Sends a request, disconnects when it has arrived at `at`, and waits for its line in the log. */
const leave = async (lab: Lab, [transport, how]: (typeof WAYS)[number], { ask, at, arrived }: Moment) => {
  const origin = lab.origin(at ?? 'l1');
  const came = origin.connectionIds.length;
  const mark = `mark${++marks}`;
  const asked = await lab.ask(transport, { ...ask, path: `${ask.path}&${mark}` });
  await origin.until(({ connectionIds }) => connectionIds.length > came);
  if (arrived) await asked.until(arrived);
  asked.leave(how);
  await lab.subject.waitForLog(new RegExp(`${mark}\\b.*\n`));
  asked.close();
  const found = lab.subject.log.split('\n').find((text) => text.startsWith('{') && text.includes(mark)) ?? '{}';
  return JSON.parse(found) as Record<string, string | number>;
};

/** `at`: the origin that the request must reach first, if not its server. */
type Moment = { readonly ask: Ask; readonly at?: string; readonly arrived?: (asked: Asked) => boolean };

const hasHead = ({ status }: Asked): boolean => status !== undefined;

const NEVER: Moment = { ask: { path: '/lb?mode=never' } };
const SILENT: Moment = { ask: { path: '/lb?mode=events&silent' }, arrived: hasHead };
const DYING: Moment = { ask: { path: '/lb?mode=fin' }, arrived: ({ body }) => body === 'half' };
const AUTH: Moment = { ask: { path: '/lbAuth?x' }, at: 'lauth' };

const onEveryTransport = (
  name: string,
  play: (lab: Lab, way: (typeof WAYS)[number]) => Promise<Pattern>,
  expect: Pattern,
) => WAYS.map((way): Case => ({ name: `${name}, ${way[0]}`, play: (lab) => play(lab, way), expect }));

const inLog = (name: string, moment: Moment, expect: Readonly<Record<string, string | number | null>>) =>
  onEveryTransport(
    `in the log: ${name}`,
    async (lab, way) => {
      const line = await leave(lab, way, moment);
      const { TLSVersion: version } = line;
      const seen = Object.keys(expect).map((field) => [field, line[field] ?? null]);
      return { ...Object.fromEntries(seen), tls: (way[0] === 'HTTP/1.1') === (version === undefined) };
    },
    { ...expect, tls: true },
  );

/** Requests on this route in the metrics, by status. */
const counted = async (lab: Lab): Promise<Readonly<Record<string, number>>> => {
  const { body } = await lab.send({ path: '/metrics', entryPoint: 'left-behind-metrics' });
  const rows = body.matchAll(/^traefik_router_requests_total\{(.*)\} (\d+)$/gm);
  const counts: Record<string, number> = {};
  for (const [, labels, value] of rows) {
    if (!/router="lb(Tls)?@file"/.test(labels!)) continue;
    const code = /code="(\d+)"/.exec(labels!)![1]!;
    counts[code] = (counts[code] ?? 0) + Number(value);
  }
  return counts;
};

const inMetrics = (name: string, moment: Moment, expect: Readonly<Record<string, number>>) =>
  onEveryTransport(
    `in the metrics: ${name}`,
    async (lab, way) => {
      const before = await counted(lab);
      await leave(lab, way, moment);
      const after = await counted(lab);
      return Object.fromEntries(Object.keys(expect).map((code) => [code, (after[code] ?? 0) - (before[code] ?? 0)]));
    },
    expect,
  );

/** A client that disconnects frees its slot in inFlightReq: the next request gets through to `at`. */
const freesPlace = (name: string, first: Moment, next: string) =>
  onEveryTransport(
    `inFlightReq: ${name}`,
    async (lab, [transport, how]) => {
      const origin = lab.origin(first.at ?? 'l1');
      const came = origin.connectionIds.length;
      const asked = await lab.ask(transport, first.ask);
      if (first.arrived) await asked.until(first.arrived);
      else await origin.until(({ connectionIds }) => connectionIds.length > came);
      const refused = await isLetThrough(lab, transport, { next, at: origin, patience: 0 });
      asked.leave(how);
      const after = await isLetThrough(lab, transport, { next, at: origin, patience: 2000 });
      asked.close();
      return { before: refused, after };
    },
    { before: false, after: true },
  );

type Next = { readonly next: string; readonly at: Origin; readonly patience: number };

const isLetThrough = async (lab: Lab, transport: TransportName, { next, at, patience }: Next): Promise<boolean> => {
  const came = at.connectionIds.length;
  const deadline = Date.now() + patience;
  do {
    const asked = await lab.ask(transport, { path: next });
    const reached = at.until(({ connectionIds }) => connectionIds.length > came, 2000);
    await Promise.race([reached, asked.until(hasHead)]);
    const { status } = asked;
    asked.close();
    if (status !== 429) return reached;
  } while (Date.now() < deadline);
  return false;
};

const hasLeave = ({ interim }: Asked): boolean => interim.includes(100);

const lbAuth = { forwardAuth: { address: '{lauth}/?mode=never' } };
const lbOne = { inFlightReq: { amount: 1 } };
const lbBuffer = { buffering: { maxRequestBodyBytes: 1000 } };
const routes = (name: string, path: string, middlewares: readonly string[] = []) => ({
  [name]: prefix(path, 'lb', { middlewares, entryPoints: ['left-behind'] }),
  [`${name}Tls`]: prefix(path, 'lb', { middlewares, entryPoints: ['left-behind'], tls: {} }),
});

/** What remains when a client has disconnected. */
export const leftBehind: Area = {
  name: 'left-behind',
  alone: {},
  entryPoints: { 'left-behind': {}, 'left-behind-metrics': {} },
  static: {
    accessLog: { format: 'json' },
    metrics: { prometheus: { entryPoint: 'left-behind-metrics', addRoutersLabels: true } },
  },
  origins: ['l1', 'lauth'],
  http: {
    routers: {
      ...routes('lb', '/lb'),
      ...routes('lbAuth', '/lbAuth', ['lbAuth']),
      ...routes('lbOne', '/lbOne', ['lbOne']),
      ...routes('lbOneAuth', '/lbOneAuth', ['lbOne', 'lbAuth']),
      ...routes('lbOneBuffer', '/lbOneBuffer', ['lbOne', 'lbBuffer']),
    },
    middlewares: { lbAuth, lbOne, lbBuffer },
    services: { lb: pool('l1') },
  },
  cases: [
    ...inLog('a client that left before it had an answer', NEVER, {
      ...{ DownstreamStatus: 499, DownstreamContentSize: 21, OriginStatus: 499, OriginContentSize: 21 },
      ServiceURL: '{l1}',
    }),
    ...inLog('a client that left in the middle of an answer', SILENT, {
      ...{ DownstreamStatus: 200, DownstreamContentSize: 0, OriginStatus: 0, OriginContentSize: 0, OriginDuration: 0 },
      ServiceURL: '{l1}',
    }),
    ...inLog('a client that left before a middleware let it through', AUTH, {
      ...{ DownstreamStatus: 499, DownstreamContentSize: 0, OriginStatus: 0, OriginContentSize: 0, OriginDuration: 0 },
      ServiceURL: null,
    }),
    ...inLog('a server that died in the middle of an answer', DYING, {
      ...{ DownstreamStatus: 200, DownstreamContentSize: 4, OriginStatus: 0, OriginContentSize: 0, OriginDuration: 0 },
      ServiceURL: '{l1}',
    }),
    ...inMetrics('a client that left before it had an answer', NEVER, { 499: 1, 200: 0 }),
    ...inMetrics('a client that left in the middle of an answer', SILENT, { 499: 0, 200: 0 }),
    ...inMetrics('a server that died in the middle of an answer', DYING, { 499: 0, 200: 0 }),
    ...freesPlace('a client that left its server', { ask: { path: '/lbOne?mode=never' } }, '/lbOne'),
    ...freesPlace('a client that left during forwardAuth', { ask: { path: '/lbOneAuth' }, at: 'lauth' }, '/lbOneAuth'),
    ...freesPlace(
      'a client that left while its body was collected',
      {
        ask: {
          ...{ method: 'POST', path: '/lbOneBuffer', body: 'half', unfinished: 'chunked' },
          headers: { Expect: '100-continue' },
        },
        arrived: hasLeave,
      },
      '/lbOneBuffer',
    ),
  ],
};
