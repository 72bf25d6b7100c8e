/** Do events arrive when they are sent, unchanged, for as long as the client listens? */
import { type Found, foundIn } from '../../../shared/found.ts';
import type { CallStream, Facts, IdleStream, Streams } from '../facts.ts';
import { type Finding, type Fix, goodFinding } from '../finding.ts';
import { STEPS } from '../probes/streams.ts';
import { outcome, type Reply } from '../reply.ts';

const NO_BUFFERING: Fix = {
  traefik: 'no buffering middleware on the routers of /mcp',
  node: 'res.flushHeaders() when a stream begins; for nginx on the way, X-Accel-Buffering: no',
};
const NO_COMPRESSION: Fix = {
  traefik: 'no compress on the routers of /mcp, or compress.excludedContentTypes: [text/event-stream]',
  node: 'no compression of text/event-stream',
};
const NO_LIMIT: Fix = {
  traefik:
    'entryPoints.<name>.transport.respondingTimeouts.writeTimeout: 0 (the default); idle timeouts of balancers in front longer than the servers’ keep-alive',
  node: 'a comment (: keepalive) every 15 s on an open stream',
};

export const judgeStreams = (facts: Facts): Found<Finding> => {
  const { streams, idleMs, withCookies } = facts;
  if (streams === undefined) return undefined;
  const lost = streams.idle.kind === 'listened' && streams.idle.status === 404;
  // A stream that was requested at the wrong node proves nothing.
  if (lost && withCookies !== undefined) return undefined;
  const found = foundIn([compressed(streams), buffered(streams), cut(streams.idle, idleMs)]);
  return found.length > 0 ? found : good(streams, idleMs);
};

const good = ({ call, idle }: Streams, idleMs: number): Finding =>
  goodFinding({
    id: 'streams',
    seen: [
      ...(call?.kind === 'streamed'
        ? [
            `the first of ${call.events.length} events came after ${ms(call.events[0] ?? 0)}, the last after ${ms(call.endedMs)}`,
          ]
        : []),
      ...(idle.kind === 'listened'
        ? [
            `an idle stream began after ${ms(idle.headMs)} and lived for ${ms(idleMs)}${idle.delivered ? '; an event then arrived' : ''}`,
          ]
        : []),
    ].join('; '),
    why: 'nothing on the way delays, compresses or cuts events',
  });

const ms = (value: number): string => (value >= 1000 ? `${(value / 1000).toFixed(1)} s` : `${Math.round(value)} ms`);

const encodingOf = (headers: Readonly<Record<string, readonly string[]>>): string | undefined => {
  const encoding = headers['content-encoding']?.[0];
  const streams = headers['content-type']?.[0]?.startsWith('text/event-stream');
  return streams && encoding !== undefined && encoding !== 'identity' ? encoding : undefined;
};

const compressed = ({ call, list, idle }: Streams): Found<Finding> => {
  const all = [
    ...(call?.kind === 'streamed' ? [call.headers] : []),
    ...(list.kind === 'answered' ? [list.headers] : []),
    ...(idle.kind === 'listened' ? [idle.headers] : []),
  ];
  const encoding = all.map(encodingOf).find((one) => one !== undefined);
  if (encoding === undefined) return undefined;
  return {
    id: 'stream-compressed',
    severity: 'problem',
    seen: `an event stream was compressed (Content-Encoding: ${encoding})`,
    why: 'compression waits for enough data: events arrive late, or together at the end',
    fix: NO_COMPRESSION,
  };
};

const buffered = ({ call, list, idle }: Streams): Found<Finding> => {
  const seen = heldBackCall(call) ?? heldBackStream(idle) ?? heldBackList(list);
  if (seen === undefined) return undefined;
  return {
    id: 'stream-buffered',
    severity: 'problem',
    seen,
    why: 'clients see no progress, and events on an open stream never arrive',
    fix: NO_BUFFERING,
  };
};

const heldBackCall = (call: CallStream | undefined): string | undefined => {
  if (call?.kind !== 'streamed' || call.status !== 200 || call.events.length < 2) return undefined;
  const [first = 0] = call.events;
  const spread = (call.events.at(-1) ?? 0) - first;
  // On a slow machine some events arrive together, but not all of them.
  return spread > STEPS.stepMs
    ? undefined
    : `all ${call.events.length} events of a call came together, after ${ms(first)}`;
};

const heldBackStream = (idle: IdleStream): string | undefined => {
  if (idle.kind === 'failed')
    return idle.code === 'TIMEOUT' ? 'the head of an idle stream did not arrive in 5 s' : undefined;
  return idle.delivered === false ? 'an event that was sent on an open stream did not arrive in 5 s' : undefined;
};

const heldBackList = (list: Reply): string | undefined =>
  list.kind === 'failed' && list.code === 'TIMEOUT' ? `tools/list: ${outcome(list)} in 10 s` : undefined;

const cut = (idle: IdleStream, idleMs: number): Found<Finding> => {
  if (idle.kind === 'failed')
    return idle.code === 'TIMEOUT'
      ? undefined
      : cutFinding(`an idle stream could not be opened: ${idle.why} (${idle.code})`);
  if (idle.status === 405)
    return {
      id: 'no-stream',
      severity: 'note',
      seen: 'GET is answered 405: there is no stream from server to client',
      why: 'allowed: the server then sends answers only',
      fix: {},
    };
  if (idle.status !== 200 || !idle.headers['content-type']?.[0]?.startsWith('text/event-stream'))
    return cutFinding(`GET for a stream is answered ${idle.status}`);
  return idle.endedMs === undefined
    ? undefined
    : cutFinding(`an idle stream was ended after ${ms(idle.endedMs)}, within the ${ms(idleMs)} of this test`);
};

const cutFinding = (seen: string): Finding => ({
  id: 'stream-cut',
  severity: 'problem',
  seen,
  why: 'clients reconnect again and again; some lose events in between, and Java’s SDK does not reconnect at all',
  fix: NO_LIMIT,
});
