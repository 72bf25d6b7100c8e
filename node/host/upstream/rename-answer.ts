import { pipeline, Readable, Transform } from 'node:stream';
import { type RawHeaders, readableType } from '../../core/upstream-head.ts';
import type { Answer } from './upstream-server.ts';

/** Returns the message to send instead. */
export type Rename = (json: Buffer) => Buffer;

/** Limit for one message; larger ones pass unchanged. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The server's answer with its messages replaced, as JSON or as an event stream. Any other type passes unchanged. */
export const renameAnswer = async (answer: Answer, rename: Rename): Promise<Answer> => {
  const { status, headers, body } = answer;
  const type = readableType(headers);
  if (type?.startsWith('text/event-stream'))
    return { status, headers: withLength(headers, undefined), body: piped(body, renameEvents(rename)) };
  if (!type?.startsWith('application/json')) return answer;
  const whole = await readAll(body);
  if (whole === undefined) return answer;
  const renamed = rename(whole);
  return {
    status,
    headers: withLength(headers, renamed.length),
    body: Readable.from([renamed], { objectMode: false }),
  };
};

/** A stream that ends early ends the other one too. */
const piped = (body: Readable, into: Transform): Transform => pipeline(body, into, () => undefined);

/** undefined: it is larger, and must still be read. */
const readAll = async (body: Readable): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk);
    size += chunk.length;
    if (size <= MAX_BYTES) continue;
    body.unshift(Buffer.concat(chunks));
    return undefined;
  }
  return Buffer.concat(chunks);
};

/** If the length is not known yet, the end of the answer shows where it ends. */
const withLength = (headers: RawHeaders, length: number | undefined): RawHeaders =>
  headers.flatMap((name, i) => {
    if (i % 2 === 1) return [];
    const value = headers[i + 1] as string;
    if (name.toLowerCase() !== 'content-length') return [name, value];
    return length === undefined ? [] : [name, `${length}`];
  });

/** Line by line: servers write a message on one line, although they need not. */
const renameEvents = (rename: Rename): Transform => {
  let line: Buffer[] = [];
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const end = Math.max(chunk.lastIndexOf('\n'), chunk.lastIndexOf('\r')) + 1;
      size += chunk.length;
      if (end === 0 && size <= MAX_BYTES) return done(null, void line.push(chunk));
      const [lines, rest] = end === 0 ? [chunk, Buffer.alloc(0)] : [chunk.subarray(0, end), chunk.subarray(end)];
      const whole = Buffer.concat([...line, lines]);
      line = [rest];
      size = rest.length;
      done(null, renameLines(whole, rename));
    },
    flush(done) {
      done(null, renameLines(Buffer.concat(line), rename));
    },
  });
};

const renameLines = (lines: Buffer, rename: Rename): Buffer => {
  const renamed = (line: string): string =>
    line.startsWith(DATA) ? DATA + rename(Buffer.from(line.slice(DATA.length), 'latin1')).toString('latin1') : line;
  // As latin1 each byte is one character, and stays what it is.
  return Buffer.from(
    lines
      .toString('latin1')
      .split(/(?<=[\r\n])/)
      .map(renamed)
      .join(''),
    'latin1',
  );
};

const DATA = 'data:';
