import type { ServerResponse } from 'node:http';
import type { Reader } from './update.ts';

/** The maximum rate of updates to a page: as often as it draws. */
const EVERY_MS = 250;
/** A page that reads nothing for this long has gone without closing. */
const PATIENCE_MS = 30_000;
const KEEPALIVE_MS = 15_000;

/**
 * Server-sent events to one page. A slow page is skipped until it has read what it was sent. What it missed is part of
 * the next update, so at most one update waits for it.
 */
export const streamTo = (res: ServerResponse, reader: Reader): void => {
  res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  let sentAt = performance.now();
  let full = false;
  const send = (text: string): void => {
    sentAt = performance.now();
    full = !res.write(text);
  };
  const sendUpdate = (): void => {
    const quiet = performance.now() - sentAt;
    if (full) return quiet > PATIENCE_MS ? void res.destroy() : undefined;
    const update = reader.next();
    if (update !== undefined) send(`data: ${JSON.stringify(update)}\n\n`);
    else if (quiet > KEEPALIVE_MS) send(': still here\n\n');
  };
  const timer = setInterval(sendUpdate, EVERY_MS);
  res.on('drain', () => {
    full = false;
  });
  res.on('close', () => clearInterval(timer));
  sendUpdate();
};
