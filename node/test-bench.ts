import { once } from 'node:events';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestListener,
  request,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { silentLog } from '../shared/log.ts';
import { createMemoryStore, MemoryRegistry, type MemoryStore } from '../shared/registry/memory.ts';
import { type NodeId, parseNodeId } from '../shared/registry/session-id.ts';
import { createNode, type MountedNode } from './create-node.ts';
import { createServer } from './example/server.ts';
import { type ListeningOptions, type RunningNode, startNode } from './start-node.ts';

export type TestNode = RunningNode & { readonly store: MemoryStore };

type TestNodeOptions = Partial<Omit<ListeningOptions, 'name'>> & {
  readonly name?: string;
  readonly store?: MemoryStore;
};

export const nodeName = (text: string): NodeId => parseNodeId(text) as NodeId;

/** A real node on a free port; nodes that share a store share a registry. */
export const testNode = async (t: TestContext, { name = 'n1', store, ...options }: TestNodeOptions = {}) => {
  const shared = store ?? createMemoryStore(Date.now);
  const node = await startNode({
    createServer,
    log: silentLog(),
    graceMs: 1000,
    joinRegistry: (self) => new MemoryRegistry(shared, self),
    ...options,
    name: nodeName(name),
  });
  t.after(() => node.stop());
  return { ...node, store: shared } satisfies TestNode;
};

/** A node in an app on a free port; the app's listener is built from the node. */
export const mountedNode =
  (mount: (node: MountedNode) => RequestListener) =>
  async (t: TestContext, { name = 'n1', store, ...options }: TestNodeOptions = {}): Promise<TestNode> => {
    const shared = store ?? createMemoryStore(Date.now);
    const server = createHttpServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const node = createNode({
      createServer,
      log: silentLog(),
      graceMs: 1000,
      joinRegistry: (self) => new MemoryRegistry(shared, self),
      url,
      ...options,
      name: nodeName(name),
    });
    server.on('request', mount(node));
    await node.ready;
    t.after(async () => {
      await node.stop();
      server.closeAllConnections();
      server.close();
    });
    return { ...node, url, server, loadAll: () => node.ready, store: shared };
  };

export type Asked = {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The body as JSON, or the first message of an event stream. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects.
  readonly json: any;
};

export type Asking = {
  readonly method?: string;
  readonly path?: string;
  readonly session?: string;
  readonly headers?: OutgoingHttpHeaders;
  /** As JSON unless it is a string or bytes. */
  readonly body?: unknown;
};

export const MCP_HEADERS = {
  accept: 'application/json, text/event-stream',
  'content-type': 'application/json',
} as const;

/** The head of the answer; the caller may read its body or not. */
export const open = async (node: { url: string }, { method = 'POST', path = '/mcp', ...asking }: Asking) => {
  const { session, headers, body } = asking;
  const all = { ...MCP_HEADERS, ...(session !== undefined && { 'mcp-session-id': session }), ...headers };
  const sent = request(`${node.url}${path}`, { method, headers: all, agent: false });
  sent.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : body && JSON.stringify(body));
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return answer.setEncoding('utf8');
};

export const ask = async (node: { url: string }, asking: Asking): Promise<Asked> => {
  const answer = await open(node, asking);
  let text = '';
  for await (const chunk of answer) text += chunk;
  return { status: answer.statusCode as number, headers: answer.headers, text, json: jsonOf(text) };
};

const jsonOf = (text: string): unknown => {
  const events = [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => data as string);
  try {
    return JSON.parse(events[0] ?? text);
  } catch {
    return undefined;
  }
};

export const initialize = (id: unknown = 1, protocolVersion = '2025-11-25') => ({
  jsonrpc: '2.0',
  id,
  method: 'initialize',
  params: { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } },
});

export const call = (name: string, args: object = {}, id: unknown = 7) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});

/** Opens a session without a client; returns only its id. */
export const openSession = async (node: { url: string }, protocolVersion?: string): Promise<string> => {
  const answer = await ask(node, { body: initialize(1, protocolVersion) });
  const session = answer.headers['mcp-session-id'] as string;
  await ask(node, { session, body: { jsonrpc: '2.0', method: 'notifications/initialized' } });
  return session;
};

export type TestClient = { readonly client: Client; readonly transport: StreamableHTTPClientTransport };

export const testClient = async (t: TestContext, url: string, capabilities = {}): Promise<TestClient> => {
  const client = new Client({ name: 'test', version: '1' }, { capabilities });
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`));
  t.after(() => client.close());
  await client.connect(transport as Parameters<Client['connect']>[0]);
  return { client, transport };
};

export const textOf = (result: unknown): string => (result as { content: { text: string }[] }).content[0]?.text ?? '';

/** The events of an open stream, one by one, without comments. */
export async function* eventsOf(answer: AsyncIterable<string>): AsyncGenerator<{ id?: string; data?: string }> {
  let rest = '';
  for await (const chunk of answer) {
    rest += chunk;
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const block = rest.slice(0, end);
      rest = rest.slice(end + 2);
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const [id, data] = [field('id'), field('data')];
      if (id !== undefined || data !== undefined)
        yield { ...(id !== undefined && { id }), ...(data !== undefined && { data }) };
    }
  }
}
