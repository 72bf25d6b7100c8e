import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { cookieFetch, type FetchLike } from '../../shared/client/cookie-fetch.ts';
import { AnswerLost } from '../../shared/client/failure.ts';
import { ResilientClient } from '../../shared/client/resilient-client.ts';
import type { ClientEvent } from '../../shared/client/resilient-options.ts';
import type { DemoEvent } from './demo-state.ts';

export type DemoClientOptions = {
  readonly name: string;
  readonly cookies: boolean;
  readonly url: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: DemoEvent) => void;
};

const PAUSE = { least: 400, spread: 1200 };
/** How often a call makes its node send a message on the client's stream. */
const NOTIFY_EVERY = 5;
const RETRY_MS = 2000;

/** One simulated user, until the signal: calls, receives messages, and comes back when its session is lost. */
export const runDemoClient = async ({ name, cookies, url, signal, onEvent }: DemoClientOptions): Promise<void> => {
  let node: string | undefined;
  const sit = (at: string): void => {
    if (at === node) return;
    onEvent({ kind: 'seated', client: name, cookies, node: at, ...(node !== undefined && { from: node }) });
    node = at;
  };
  const client = new ResilientClient({
    url,
    info: { name: `demo-${name}`, version: '1' },
    fetch: noticing(cookies ? cookieFetch() : fetch, sit),
    prepare: (each) => listen(each, () => onEvent({ kind: 'pushed', client: name })),
    onEvent: (event) => report(name, event, onEvent),
  });
  try {
    await connect(client, { name, signal, onEvent });
    const tools = await client.listTools().catch(() => ({ tools: [] }));
    const example = tools.tools.some((tool) => tool.name === 'whoami');
    for (let i = 1; !signal.aborted; i++) {
      await work(client, { name, i, example, signal, onEvent });
      await wait(PAUSE.least + Math.random() * PAUSE.spread, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await client.close();
  }
};

type At = Pick<DemoClientOptions, 'name' | 'signal' | 'onEvent'>;

const connect = async (client: ResilientClient, { name, signal, onEvent }: At): Promise<void> => {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await client.connect();
    } catch (error) {
      signal.throwIfAborted();
      onEvent({ kind: 'trouble', client: name, message: `no session: ${messageOf(error)}` });
      await wait(RETRY_MS, undefined, { signal });
    }
  }
};

const work = async (
  client: ResilientClient,
  { name, i, example, signal, onEvent }: At & { readonly i: number; readonly example: boolean },
): Promise<void> => {
  const call = i % NOTIFY_EVERY === 0 ? { name: 'notify', arguments: { n: 1 } } : { name: 'whoami' };
  try {
    // Another server's tools may do anything, so they are not called.
    await (example ? client.callTool(call, { signal }) : client.read('ping', (each) => each.ping({ signal })));
    onEvent({ kind: 'call', client: name, ok: true });
  } catch (error) {
    if (signal.aborted) return;
    onEvent({ kind: 'call', client: name, ok: false });
    onEvent({ kind: 'trouble', client: name, message: messageOf(error) });
  }
};

/** The node that last opened or served the client's session. */
const noticing =
  (fetch: FetchLike, sit: (node: string) => void): FetchLike =>
  async (url, init) => {
    const response = await fetch(url, init);
    const node = response.headers.get('x-mooring-node');
    if (node !== null && response.ok) sit(node);
    return response;
  };

const listen = (client: Client, onMessage: () => void): void =>
  client.setNotificationHandler(LoggingMessageNotificationSchema, onMessage);

const report = (name: string, event: ClientEvent, onEvent: (event: DemoEvent) => void): void => {
  if (event.kind === 'gone') onEvent({ kind: 'lost', client: name, reason: event.reason });
};

const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const why = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  const message = error instanceof AnswerLost ? `the answer to ${error.what} was lost` : error.message;
  return `${message}${why}`.replaceAll(/\s+/g, ' ').trim();
};
