import type { IncomingMessage } from 'node:http';

export type Body =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  /** `over` when the client has stopped sending: a connection that ends before may take the answer with it. */
  | { readonly kind: 'too-large'; readonly over: Promise<void> }
  | { readonly kind: 'aborted' };

/** A client that is told 413 early may go on sending; up to so many times the limit it is listened to, and no longer. */
const PATIENCE = 4;

/** Never rejects: a client that leaves in mid-body is an outcome. */
export const readBody = (req: IncomingMessage, limit: number): Promise<Body> =>
  new Promise((resolve) => {
    let received = 0;
    let chunks: Buffer[] = [];
    let told = false;
    const tooLarge = (): void => {
      if (received > limit * PATIENCE) req.destroy();
      if (told) return;
      told = true;
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
