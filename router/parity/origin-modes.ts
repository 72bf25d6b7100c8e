/** How an origin can be asked to misbehave, by `?mode=`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import type { Seen } from './seen-request.ts';

type Turn = {
  readonly origin: { readonly id: string; stall(by: 1 | -1): void };
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly query: URLSearchParams;
};
type Told = Turn & { readonly seen: Seen };

export const echo = ({ origin, res, query, seen }: Told): void => {
  for (const [name, value] of query) if (name.startsWith('h-')) res.appendHeader(name.slice(2), value);
  const status = Number(query.get('status') ?? 200);
  res.setHeader('X-Origin', origin.id);
  if (status === 204 || status === 304) return void res.writeHead(status).end();
  if (query.get('trailers') !== null) res.setHeader('Trailer', 'X-Sum');
  res.setHeader('Content-Type', 'application/json');
  res.writeHead(status);
  if (query.get('trailers') !== null) res.addTrailers({ 'X-Sum': '42' });
  res.end(JSON.stringify(seen));
};

const events = ({ origin, res, query }: Turn): void => {
  res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  res.flushHeaders();
  const every = Number(query.get('every') ?? 20);
  if (query.get('silent') !== null) return;
  let n = 0;
  const send = (): void => void res.write(`id: ${n}\ndata: ${origin.id} ${n++}\n\n`);
  send();
  const timer = setInterval(send, every);
  res.on('close', () => clearInterval(timer));
};

/** `still`: the flood counts as stalled after this many milliseconds without progress. */
type Flood = { readonly into: Writable; readonly piece: Buffer; readonly pieces: number; readonly stallMs: number };

/** As fast as the client reads; then the answer ends. */
const flood = ({ origin, res }: Turn, { into, piece, pieces, stallMs }: Flood): void => {
  let left = pieces;
  let stalled = false;
  let timer: NodeJS.Timeout | undefined;
  const stall = (now: boolean): void => {
    clearTimeout(timer);
    if (now !== stalled) origin.stall(now ? 1 : -1);
    stalled = now;
  };
  const write = (): void => {
    stall(false);
    while (left-- > 0) if (!into.write(piece)) break;
    if (left < 0) return void res.end('ok');
    timer = setTimeout(stall, stallMs, true);
  };
  into.on('drain', write);
  res.on('close', () => {
    into.off('drain', write);
    stall(false);
  });
  write();
};

const hint = (n: number): string => `HTTP/1.1 103 Early Hints\r\nLink: <${String(n).repeat(990)}>\r\n\r\n`;
// Each differs from the one before: otherwise HTTP/2 would compress them to almost nothing.
const HINTS = Buffer.from(Array.from({ length: 10 }, (_, n) => hint(n)).join(''));

const destroyAfter = (first: (turn: Turn) => void, how: 'reset' | 'end'): ((turn: Turn) => void) => {
  return (turn) => {
    first(turn);
    // Written first, then cut: the proxy must have seen the beginning.
    turn.res.write('half', () => (how === 'reset' ? turn.req.socket.resetAndDestroy() : turn.req.socket.end()));
  };
};

/** Before the body is read. */
export const EARLY: Readonly<Record<string, (turn: Turn) => void>> = {
  events,
  flood: (turn) => flood(turn, { into: turn.res, piece: Buffer.alloc(65_536, 'x'), pieces: 1e9, stallMs: 100 }),
  'flood-of-hints': (turn) =>
    flood(turn, { into: turn.req.socket, piece: HINTS, pieces: Number(turn.query.get('tenfold')), stallMs: 1_000 }),
  // The rest is read and discarded: after a reset the answer might not arrive.
  early: ({ req, res }) => {
    res.writeHead(413).end('too much');
    req.resume();
  },
  unread: () => undefined,
};

/** After the body is read. */
export const LATE: Readonly<Record<string, (told: Told) => void>> = {
  never: () => undefined,
  slow: (told) => void setTimeout(() => echo(told), Number(told.query.get('ms') ?? 500)),
  reset: ({ req }) => void req.socket.resetAndDestroy(),
  hangup: ({ req }) => void req.socket.end(),
  half: destroyAfter(({ res }) => res.writeHead(200, { 'Content-Length': '100' }), 'end'),
  'half-reset': destroyAfter(({ res }) => res.writeHead(200, { 'Content-Length': '100' }), 'reset'),
  abort: destroyAfter(({ res }) => res.writeHead(200, { 'Content-Type': 'text/plain' }), 'reset'),
  fin: destroyAfter(({ res }) => res.writeHead(200, { 'Content-Type': 'text/plain' }), 'end'),
  hints: (told) => told.res.writeEarlyHints({ link: '</style.css>; rel=preload' }, () => echo(told)),
  large: ({ res, query }) => void res.end('x'.repeat(Number(query.get('size') ?? 1_000_000))),
};
