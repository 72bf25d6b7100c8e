import { setTimeout as wait } from 'node:timers/promises';
import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { cookieFetch } from '../../../shared/client/cookie-fetch.ts';
import { ResilientClient } from '../../../shared/client/resilient-client.ts';
import type { ClientEvent } from '../../../shared/client/resilient-options.ts';
import { ownerOf } from '../../simulate/fleet/messages.ts';
import type { ClientOptions } from './client-options.ts';
import type { Word } from './ledger.ts';

const CALL_MS = 15_000;
const LIFE = { least: 8000, spread: 12_000 };
const PAUSE = { least: 300, spread: 700 };

/** An SDK client as the README recommends it: it opens a new session automatically when its own is gone. */
export const runSdkClient = async (options: ClientOptions): Promise<void> => {
  const { signal, gate, random } = options;
  while (!signal.aborted) {
    await gate.pass();
    await useOne(options);
    await wait(PAUSE.least + random() * PAUSE.spread, undefined, { signal }).catch(() => undefined);
  }
};

const useOne = async (options: ClientOptions): Promise<void> => {
  const { name, front, random, ledger, signal, gate, cookies } = options;
  const client: ResilientClient = new ResilientClient({
    url: front.url,
    info: { name, version: '1' },
    fetch: cookies ? cookieFetch() : fetch,
    random,
    onEvent: (event) => take(event, options),
    prepare: (each) =>
      each.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
        const { session = '', seq } = params.data as { readonly session?: string; readonly seq?: number };
        if (seq !== undefined) ledger.heard(each.transport?.sessionId ?? session, session, seq);
      }),
  });
  const leave = (): void => void client.close();
  signal.addEventListener('abort', leave, { once: true });
  try {
    await client.connect();
    const until = performance.now() + LIFE.least + random() * LIFE.spread;
    for (let number = 1; !signal.aborted && performance.now() < until; number++) {
      await call(client, `${name}-${number}`, options);
      await wait(PAUSE.least + random() * PAUSE.spread, undefined, { signal }).catch(() => undefined);
      await gate.pass();
    }
  } catch (error) {
    if (!signal.aborted) ledger.refused(name, messageOf(error));
  } finally {
    signal.removeEventListener('abort', leave);
    if (client.session !== undefined) ledger.left(client.session);
    await client.close();
  }
};

const call = async (
  client: ResilientClient,
  key: string,
  { name, ledger, random, signal }: ClientOptions,
): Promise<void> => {
  const args = { call: key, steps: 0, stepMs: 0, events: Math.floor(random() * 3) };
  ledger.sentBy(name);
  try {
    const result = await client.callTool({ name: 'work', arguments: args }, { timeout: CALL_MS, signal });
    const [content] = result.content as readonly { readonly text?: string }[];
    if (result.isError || content?.text === undefined) return ledger.failed(client.session ?? '', `${key}: no result`);
    const word = JSON.parse(content.text) as Word;
    // It may have been sent again, in a session that was opened meanwhile.
    ledger.answered(word.session, key, word);
  } catch (error) {
    if (!signal.aborted) ledger.failed(client.session ?? '', `${key}: ${messageOf(error)}`);
  }
};

const take = (event: ClientEvent, { ledger, name }: ClientOptions): void => {
  const session = 'session' in event ? event.session : undefined;
  if ((event.kind === 'opened' || event.kind === 'reopened') && session !== undefined)
    ledger.opened(session, name, ownerOf(session));
  if (event.kind === 'gone') ledger.lost(event.session, `${event.reason}, to ${name}`);
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
