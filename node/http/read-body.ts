import type { IncomingMessage } from 'node:http';

export type Body =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  /** `over` resolves when the client has stopped sending: closing the connection earlier may lose the answer. */
  | { readonly kind: 'too-large'; readonly over: Promise<void> }
  | { readonly kind: 'aborted' };

/** A client that gets an early 413 may continue to send; we read up to this many times the limit. */
const PATIENCE = 4;

/** Never rejects: a client that leaves during the body is a normal outcome. */
export const readBody = (req: IncomingMessage, limit: number): Promise<Body> =>
  new Promise((resolve) => {
    let received = 0;
    let chunks: Buffer[] = [];
    let refused = false;
    const tooLarge = (): void => {
      if (received > limit * PATIENCE) req.destroy();
      if (refused) return;
      refused = true;
      chunks = [];
      resolve({ kind: 'too-large', over: new Promise((over) => req.once('close', over)) });
    };
    if (Number(req.headers['content-length'] ?? 0) > limit) tooLarge();
    req.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received > limit) return tooLarge();
      chunks.push(chunk);
    });
    req.on('end', () => resolve({ kind: 'read', bytes: Buffer.concat(chunks) }));
    req.on('error', () => resolve({ kind: 'aborted' }));
    req.on('close', () => resolve({ kind: 'aborted' }));
  });
