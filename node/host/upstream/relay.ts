import type { ServerResponse } from 'node:http';
import { type RawHeaders, valuesOf } from '../../core/upstream-head.ts';
import type { OpenAnswer } from '../session-host.ts';
import type { Answer } from './upstream-server.ts';

/**
 * A head that leaves before its body gets lost in Traefik now and then: 200, then a cut before the first byte, 1 in 1,000
 * answers of uvicorn. So that of a POST waits for its first byte. After so long a silence Traefik has long been done with
 * the request, which is all that it takes; and a balancer that waits for heads does so for much longer.
 */
const HEAD_WAITS_MS = 2000;

export type Relaying = {
  readonly answer: Answer;
  readonly res: ServerResponse;
  /** As the client gets them. */
  readonly headers: RawHeaders;
  readonly holdHead: boolean;
  readonly headWaitsMs?: number | undefined;
};

/** Sends a server's answer, byte for byte. A slow client slows the server down; one that leaves ends its request. */
export const relay = ({ answer, res, headers, holdHead, headWaitsMs = HEAD_WAITS_MS }: Relaying): OpenAnswer => {
  const { status, body } = answer;
  const farewellFits = lastWords(answer);
  res.sendDate = false;
  setHeaders(res, headers);
  res.writeHead(status);
  const late = holdHead ? setTimeout(() => res.flushHeaders(), headWaitsMs) : undefined;
  if (!holdHead) res.flushHeaders();
  res.once('close', () => body.destroy());
  if (res.destroyed) body.destroy();
  const copy = async (): Promise<void> => {
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        farewellFits.saw(chunk);
        if (!res.write(chunk)) await drained(res);
      }
      res.end();
    } catch {
      // Ended by us in good order, or the server broke off: then its client must see that.
      if (!res.writableEnded) res.destroy();
    } finally {
      clearTimeout(late);
    }
  };
  const end = (farewell?: string): void => {
    if (res.writableEnded || res.destroyed) return;
    res.end(farewell !== undefined && farewellFits.now() ? farewell : undefined);
    body.destroy();
  };
  return { end, ended: copy() };
};

/** Beside those of the node itself. Node's writeHead would keep one of several that have a name in common. */
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

/** Words of our own fit only between two events of a stream that anybody can read. */
const lastWords = ({ headers }: Answer) => {
  const [type = ''] = valuesOf(headers, 'content-type');
  const readable = type.startsWith('text/event-stream') && valuesOf(headers, 'content-encoding').length === 0;
  let tail = '\n\n';
  return {
    saw: (chunk: Buffer): void => {
      if (readable) tail = (tail + chunk.subarray(-4).toString('latin1')).slice(-4);
    },
    now: (): boolean => readable && /(\n\n|\r\r|\r\n\r\n)$/.test(tail),
  };
};
