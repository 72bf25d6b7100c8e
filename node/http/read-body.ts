import type { IncomingMessage } from 'node:http';

export type Body =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'aborted' };

/** A client that is told 413 early may go on sending; up to so many times the limit it is listened to, and no longer. */
const PATIENCE = 4;

/** Never rejects: a client that leaves in mid-body is an outcome. */
export const readBody = (req: IncomingMessage, limit: number): Promise<Body> =>
  new Promise((resolve) => {
    let received = 0;
    let chunks: Buffer[] = [];
    const tooLarge = (): void => {
      chunks = [];
      resolve({ kind: 'too-large' });
      if (received > limit * PATIENCE) req.destroy();
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
