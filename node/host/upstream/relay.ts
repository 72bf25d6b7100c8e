import type { ServerResponse } from 'node:http';
import { type RawHeaders, readableType } from '../../core/upstream-head.ts';
import type { OpenAnswer } from '../session-host.ts';
import { sendTogether, type Together } from '../streams/send-together.ts';
import type { Answer } from './upstream-server.ts';

/**
 * A head that leaves before its body sometimes makes Traefik lose the answer: 200, then a cut before the first byte, in
 * 1 of 1,000 answers of uvicorn. So the head for a POST waits for the first byte, up to this long. By then Traefik has
 * finished with the request, and balancers that limit the time to the head wait much longer.
 */
const HEAD_WAITS_MS = 2000;

export type Relaying = {
  readonly answer: Answer;
  readonly res: ServerResponse;
  /** The headers for the client. */
  readonly headers: RawHeaders;
  readonly holdHead: boolean;
  readonly headWaitsMs?: number | undefined;
};

/**
 * Sends a server's answer, byte for byte. A slow client slows the server down; a client that leaves aborts the request.
 */
export const relay = ({ answer, res, headers, holdHead, headWaitsMs = HEAD_WAITS_MS }: Relaying): OpenAnswer => {
  const { status, body } = answer;
  const farewellFits = lastWords(answer);
  res.sendDate = false;
  setHeaders(res, headers);
  res.writeHead(status);
  const late = holdHead ? setTimeout(() => res.flushHeaders(), headWaitsMs) : undefined;
  if (!holdHead) res.flushHeaders();
  let together: Together | undefined;
  const finish = (): void => void (together ? together.finish() : res.end());
  res.once('close', () => body.destroy());
  if (res.destroyed) body.destroy();
  const copy = async (): Promise<void> => {
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        farewellFits.saw(chunk);
        if (holdHead) together ??= sendTogether(res);
        if (!res.write(chunk)) await drained(res);
      }
      finish();
    } catch {
      // Either we ended it cleanly, or the server broke off: then the client must notice.
      if (res.writableEnded) return;
      together?.release();
      res.destroy();
    } finally {
      clearTimeout(late);
    }
  };
  const end = (farewell?: string): void => {
    if (res.writableEnded || res.destroyed) return;
    if (farewell !== undefined && farewellFits.now()) res.write(farewell);
    finish();
    body.destroy();
  };
  return { end, ended: copy() };
};

/** In addition to the node's own headers. Node's writeHead would keep only one of several with the same name. */
const setHeaders = (res: ServerResponse, headers: RawHeaders): void => {
  for (let i = 0; i < headers.length; i += 2) res.removeHeader(headers[i] as string);
  for (let i = 0; i < headers.length; i += 2) res.appendHeader(headers[i] as string, headers[i + 1] as string);
};

const drained = (res: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      res.off('drain', done).off('close', done);
      resolve();
    };
    res.on('drain', done).on('close', done);
    if (res.destroyed) done();
  });

/** We can add events only between two events of an uncompressed stream. */
const lastWords = ({ headers }: Answer) => {
  const readable = readableType(headers)?.startsWith('text/event-stream') === true;
  let tail = '\n\n';
  return {
    saw: (chunk: Buffer): void => {
      if (readable) tail = (tail + chunk.subarray(-4).toString('latin1')).slice(-4);
    },
    now: (): boolean => readable && /(\n\n|\r\r|\r\n\r\n)$/.test(tail),
  };
};
