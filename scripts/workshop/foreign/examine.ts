import { setTimeout as wait } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js';
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import { cookieFetch } from '../../../shared/client/cookie-fetch.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { ForeignServer } from './servers.ts';

export type Finding = {
  readonly what: string;
  readonly good: number;
  readonly of: number;
  readonly error?: string;
  /** Calls that were cut, but succeeded when repeated. */
  readonly cut?: number;
};

export const CALLS = 20;
const CLIENTS = 3;

const CUT_AFTER_MS = 10_000;

export type Open = { readonly client: Client; readonly transport: StreamableHTTPClientTransport; calls: number };

/** What a server must do, tested with the unmodified client of the TypeScript SDK. */
export type Asked = Pick<ForeignServer, 'call' | 'large'>;

/** On three nodes, each with its own instance of this server. */
export async function* examine(server: Asked, cluster: Cluster): AsyncGenerator<Finding> {
  yield* examineCalls(server, cluster.mcp);
  yield await drains(server, cluster);
  yield* dies(server, cluster);
}

export async function* examineCalls(server: Asked, mcp: string, mayCut = 0): AsyncGenerator<Finding> {
  for (const cookies of [false, true]) {
    const clients = await Promise.all(Array.from({ length: CLIENTS }, () => open(mcp, cookies)));
    let cut = 0;
    const once = (one: Open) => call(one, server, mayCut ? { timeout: CUT_AFTER_MS } : undefined);
    const orAgain = (one: Open) => (error: unknown) => {
      if (!(error instanceof McpError && error.code === ErrorCode.RequestTimeout && ++cut <= mayCut)) throw error;
      return once(one);
    };
    const outcomes = await Promise.all(clients.map((one) => attempt(CALLS, () => once(one).catch(orAgain(one)))));
    const what = `${CLIENTS} clients ${cookies ? 'with' : 'without'} cookies keep their sessions`;
    yield { ...finding(what, outcomes.flat()), ...(cut > 0 && { cut }) };
    await Promise.all(clients.map(close));
  }
  const { large } = server;
  if (large) {
    const one = await open(mcp, false);
    yield finding('an argument of 3 MB', await attempt(1, () => one.client.callTool(large('x'.repeat(3_000_000)))));
    await close(one);
  }
}

export const drains = async (server: Asked, cluster: Cluster): Promise<Finding> => {
  const one = await open(cluster.mcp, false);
  const node = nodeOf(one);
  await cluster.drain(node);
  const outcomes = await attempt(CALLS, () => call(one, server));
  await close(one);
  await cluster.undrain(node);
  return finding('a session on a node that drains goes on', outcomes);
};

const PATIENCE_MS = 15_000;

async function* dies(server: Asked, cluster: Cluster): AsyncGenerator<Finding> {
  const one = await open(cluster.mcp, false);
  const node = nodeOf(one);
  const instance = cluster.instances().find((each) => each.node === node);
  process.kill(instance?.pid as number, 'SIGKILL');
  const until = performance.now() + PATIENCE_MS;
  let reason = '';
  while (!/Session not found/.test(reason) && performance.now() < until) {
    reason = (await attempt(1, () => call(one, server)))[0] ?? '';
    await wait(50);
  }
  yield finding('a killed instance: its clients hear why', [
    /Session not found/.test(reason) ? undefined : reason || 'nothing',
  ]);
  await one.client.close();
  const again = await open(cluster.mcp, false);
  yield finding('and are back after one initialize', await attempt(CALLS, () => call(again, server)));
  await close(again);
}

export const open = async (
  url: string,
  cookies = false,
  client = new Client({ name: 'foreign', version: '1' }),
): Promise<Open> => {
  const transport = new StreamableHTTPClientTransport(new URL(url), cookies ? { fetch: cookieFetch() } : {});
  await client.connect(transport as Parameters<Client['connect']>[0]);
  return { client, transport, calls: 0 };
};

export const close = async ({ client, transport }: Open): Promise<void> => {
  await transport.terminateSession();
  await client.close();
};

export const call = async (one: Open, { call: { sum, ...asked } }: Asked, options?: RequestOptions): Promise<void> => {
  const session = one.transport.sessionId;
  const { content, isError } = await one.client.callTool(asked, undefined, options);
  const [{ text = '' } = {}] = content as { readonly text?: string }[];
  one.calls++;
  if (isError) throw new Error(text);
  if (one.transport.sessionId !== session) throw new Error('it is another session');
  if (sum && sum.exec(text)?.[1] !== `${one.calls}`) throw new Error(`call ${one.calls} of the session was ${text}`);
};

export const nodeOf = ({ transport }: Open): string => (transport.sessionId ?? '').split('.', 1)[0] as string;

/** undefined: it passed; else what went wrong. */
type Outcome = string | undefined;

export const attempt = async (times: number, act: () => Promise<unknown>): Promise<Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (let i = 0; i < times; i++)
    outcomes.push(
      await act().then(
        () => undefined,
        (error: Error) => error.message,
      ),
    );
  return outcomes;
};

export const finding = (what: string, outcomes: readonly Outcome[]): Finding => {
  const error = outcomes.find((outcome) => outcome !== undefined);
  const good = outcomes.filter((outcome) => outcome === undefined).length;
  return { what, good, of: outcomes.length, ...(error !== undefined && { error }) };
};
