/** What one hostile client sends on one connection: some requests, most of them with a defect, and a last one. */
import { Random } from '../../../../router/parity/fuzz/random.ts';
import * as framing from './framing-words.ts';
import * as head from './head-words.ts';

/** The pieces are written one after the other, each in its own event loop turn. */
export type Stream = { readonly seed: number; readonly bytes: string; readonly pieces: readonly string[] };

/**
 * Never sent as a request of its own. If a server executes it, it was smuggled in, or was correctly read as the next
 * request after a body. Only the proxy's stamp shows which.
 */
const HIDDEN = 'GET /hidden HTTP/1.1\r\nHost: l\r\nX-Real-Ip: 127.9.9.9\r\nX-Stamp: forged\r\n\r\n';
/** A proxy that has read everything before it correctly answers this and closes, so that the test need not wait. */
export const FAREWELL = 'GET /farewell HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n';

export const streamOf = (seed: number): Stream => {
  const random = new Random(seed);
  const requests = random.list(random.between(1, 3), () => request(random));
  const bytes = spoilt(random, requests.join('')) + FAREWELL;
  return { seed, bytes, pieces: piecesOf(random, bytes) };
};

const request = (random: Random): string => {
  // A single defect shows how two parsers differ; of three, the first hides the others.
  const odd = random.weigh<Part>([
    [3, () => 'framing'],
    [3, () => 'chunks'],
    [1, () => 'first line'],
    [1, () => 'header'],
    [1, () => 'line end'],
    [1, () => 'start'],
    [1, () => 'host'],
    [2, () => 'nothing'],
  ]);
  const method =
    odd === 'first line'
      ? random.pick(head.METHODS)
      : random.pick(['GET', 'POST', 'POST', 'DELETE', 'OPTIONS', 'PUT', 'HEAD']);
  const target = odd === 'first line' ? random.pick(head.TARGETS) : '/a';
  const version =
    odd === 'first line' ? random.pick(head.VERSIONS) : random.pick(['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0']);
  const { headers, body } = framed(random, odd);
  const lines = [
    `${method} ${target} ${version}`,
    `Host: ${odd === 'host' ? random.pick(head.HOSTS) : 'l'}`,
    ...(odd === 'header'
      ? [random.pick(head.HEADERS)]
      : random.chance(0.15)
        ? [random.pick(head.HEADERS.slice(0, 28))]
        : []),
    ...headers,
  ];
  const at = odd === 'line end' ? random.below(lines.length) : -1;
  const written = lines.map((line, i) => line + (i === at ? random.pick(head.LINE_ENDS) : '\r\n')).join('');
  const end = odd === 'line end' && random.chance(0.2) ? random.pick(head.LINE_ENDS) : '\r\n';
  return `${odd === 'start' ? random.pick(head.STARTS) : ''}${written}${end}${body}`;
};

type Part = 'framing' | 'chunks' | 'first line' | 'header' | 'line end' | 'start' | 'host' | 'nothing';
type Framed = { readonly headers: readonly string[]; readonly body: string };

const framed = (random: Random, odd: Part): Framed => {
  const text = random.pick(['', '{}', HIDDEN, `0\r\n\r\n${HIDDEN}`, 'x'.repeat(300)]);
  if (odd === 'chunks') return { headers: ['Transfer-Encoding: chunked'], body: chunked(random, text, true) };
  if (odd === 'framing') return contradictory(random, text);
  return random.weigh<Framed>([
    [2, () => ({ headers: [], body: '' })],
    [2, () => ({ headers: [`Content-Length: ${text.length}`], body: text })],
    [2, () => ({ headers: ['Transfer-Encoding: chunked'], body: chunked(random, text, false) })],
  ]);
};

/** An invalid length, an invalid coding, or both. */
const contradictory = (random: Random, text: string): Framed => {
  const inChunks = random.chance(0.6);
  const body = inChunks ? chunked(random, text, false) : text;
  const right = random.chance(0.5)
    ? body.length
    : random.pick([0, 4, 5, 6, body.length + 1, Math.max(0, body.length - 1)]);
  const length = `${random.chance(0.3) ? random.pick(framing.LENGTH_NAMES) : 'Content-Length'}: ${
    random.chance(0.5) ? random.pick(framing.LENGTHS).replaceAll('#', String(right)) : right
  }`;
  const coding = `${random.chance(0.4) ? random.pick(framing.CODING_NAMES) : 'Transfer-Encoding'}: ${
    random.chance(0.5) ? random.pick(framing.CODINGS) : 'chunked'
  }`;
  const headers = random.pick([[length], [coding], [length, coding], [coding, length], [length, length]]);
  return { headers, body };
};

const chunked = (random: Random, text: string, odd: boolean): string => {
  const cut = random.below(text.length + 1);
  const chunks = [text.slice(0, cut), text.slice(cut)].filter((one) => one !== '');
  const at = odd ? random.below(chunks.length + 1) : -1;
  const written = chunks.map((chunk, i) => {
    const size = (i === at ? random.pick(framing.SIZES) : '#').replaceAll('#', chunk.length.toString(16));
    const [first, second] =
      i === at ? [random.pick(framing.CHUNK_ENDS), random.pick(framing.CHUNK_ENDS)] : ['\r\n', '\r\n'];
    return `${size}${first}${chunk}${second}`;
  });
  const last = at === chunks.length ? random.pick(framing.LAST_CHUNKS) : '0';
  return `${written.join('')}${last}\r\n${at === chunks.length ? random.pick(framing.TRAILERS) : ''}\r\n`;
};

/** Random damage, regardless of HTTP. */
const spoilt = (random: Random, text: string): string => {
  if (random.chance(0.75)) return text;
  const at = random.below(text.length);
  const to = at + random.between(1, 10);
  return random.weigh([
    [3, () => text.slice(0, at) + random.pick(head.BYTES) + text.slice(at)],
    [2, () => text.slice(0, at) + text.slice(to)],
    [1, () => text.slice(0, to) + text.slice(at)],
    [1, () => text.slice(0, at)],
    [1, () => text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1)],
  ]);
};

const piecesOf = (random: Random, bytes: string): readonly string[] => {
  const cuts = random.weigh([
    [6, () => 0],
    [3, () => random.between(1, 3)],
    [1, () => -1],
  ]);
  if (cuts < 0) return [...bytes];
  const places = random.list(cuts, () => random.below(bytes.length)).sort((a, b) => a - b);
  return [0, ...places].map((from, i) => bytes.slice(from, places[i] ?? bytes.length)).filter((one) => one !== '');
};
