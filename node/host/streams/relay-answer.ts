import type { ServerResponse } from 'node:http';
import type { OpenAnswer } from '../session-host.ts';
import { sendTogether } from './send-together.ts';

/** A reader this far behind is disconnected. It can resume from the event buffer, which says what was dropped. */
const MAX_BACKLOG = 4 * 1024 * 1024;

/**
 * Sends the SDK's answer. Later data is written at once. When the client leaves, the SDK learns it in the same turn, so
 * that the stream is free for a reconnect.
 */
export const relayAnswer = (
  answer: Response,
  res: ServerResponse,
  { opening = '', togetherMs }: { readonly opening?: string | undefined; readonly togetherMs?: number } = {},
): OpenAnswer => {
  const reader = answer.body?.getReader();
  const together = sendTogether(res, togetherMs);
  res.writeHead(answer.status, headersOf(answer));
  if (opening !== '') res.write(opening);
  else if (reader) res.flushHeaders();
  const stop = (): void => void reader?.cancel().catch(() => undefined);
  res.once('close', stop);
  if (res.destroyed) stop();
  const copied = reader ? copy(reader, res) : Promise.resolve();
  return {
    end: (farewell) => {
      if (farewell !== undefined && !res.writableEnded && !res.destroyed) res.write(farewell);
      stop();
    },
    ended: copied.catch(() => void res.destroy()).then(together.finish),
  };
};

const copy = async (reader: ReadableStreamDefaultReader<Uint8Array>, res: ServerResponse): Promise<void> => {
  for (;;) {
    const { done, value } = await reader.read();
    if (done || res.destroyed) return;
    // Checked before the write: one large message is not a backlog.
    if (res.writableLength > MAX_BACKLOG) return void res.destroy();
    res.write(value);
  }
};

// The HTTP server owns the connections.
const headersOf = (answer: Response): Record<string, string> => {
  const { connection: _, ...headers } = Object.fromEntries(answer.headers.entries());
  return headers;
};
