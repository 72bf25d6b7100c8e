import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import * as v2 from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Express } from 'express';
import type { FastifyInstance } from 'fastify';
import type { Hono } from 'hono';
import type { MountedNode } from '../../../node/create-node.ts';
import type { CreateServer } from '../../../node/mcp/open-session.ts';
import { testClient, testNode, textOf } from '../../../node/test-bench.ts';
import { readPage } from './pages.ts';

const PAGE = readPage('.github/APPS.md').text;
const ENTRY = new URL('../../entry/', import.meta.url);

/** The program with this name on the page, and the reader's modules that it imports. */
const load = async (t: TestContext, name: string, own: Readonly<Record<string, string>>) => {
  const [, text] = new RegExp(`^\`\`\`ts\\n// ${name}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(PAGE) ?? [];
  assert.ok(text, `the page shows no ${name}`);
  const folder = await mkdtemp(join(tmpdir(), 'mooring-apps-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [file, source] of Object.entries(own)) await writeFile(join(folder, `${file}.mts`), placed(source));
  await writeFile(join(folder, 'app.mts'), placed(text));
  return import(pathToFileURL(join(folder, 'app.mts')).href) as Promise<unknown>;
};

/** A folder elsewhere does not resolve our packages, or mooring. */
const placed = (text: string): string =>
  text.replace(/from '([^']+)'/g, (_, name: string) => {
    if (name.startsWith('@modelcontextprotocol/server-everything')) return `from './everything.mts'`;
    if (name.startsWith('./')) return `from '${name.replace(/\.js$/, '.mts')}'`;
    const [, entry] = /^mooring\/(\w+)$/.exec(name) ?? [];
    return `from '${entry ? new URL(`${entry}.ts`, ENTRY).href : name.includes('://') ? name : import.meta.resolve(name)}'`;
  });

const OPTIONS = `
import { silentLog } from 'mooring/node';
import { createMemoryStore, MemoryRegistry, parseNodeId } from 'mooring/registry';
import { createServer } from '${new URL('../../../node/example/minimal.ts', import.meta.url).href}';
const store = createMemoryStore(Date.now);
const joinRegistry = (self) => new MemoryRegistry(store, self);
export const options = { name: parseNodeId('n1'), url: 'http://127.0.0.1:1', createServer, log: silentLog(), joinRegistry };
`;

const VERIFIER = `
const extra = { iss: 'https://login.example', sub: 'ada' };
export const verifier = {
  verifyAccessToken: async (token) => ({ token, clientId: 'app', scopes: [], expiresAt: 4_000_000_000, extra }),
};
`;

type Recipe = {
  readonly name: string;
  readonly listenerOf: (module: never) => RequestListener | Promise<RequestListener>;
};

const RECIPES: readonly Recipe[] = [
  { name: 'express.ts', listenerOf: ({ app }: { app: Express }) => app },
  {
    name: 'fastify.ts',
    listenerOf: async ({ app }: { app: FastifyInstance }) => {
      await app.ready();
      return (req, res) => app.routing(req, res);
    },
  },
  { name: 'hono.ts', listenerOf: ({ app }: { app: Hono }) => getRequestListener(app.fetch) },
  {
    name: 'app/mcp/route.ts',
    listenerOf: (module: Readonly<Record<string, (request: Request) => Promise<Response>>>) =>
      getRequestListener(
        async (request) => (await module[request.method]?.(request)) ?? new Response(null, { status: 405 }),
      ),
  },
];

const listening = async (t: TestContext, listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const REQUEST_INIT = { headers: { authorization: 'Bearer any' } };

/** As far as both versions of the SDK are the same. */
type AnyClient = {
  connect(transport: unknown): Promise<void>;
  callTool(call: { name: string; arguments: object }): Promise<unknown>;
  close(): Promise<void>;
};

const clientsOf = (url: string): readonly { readonly client: AnyClient; readonly transport: unknown }[] => {
  const [at, options] = [new URL(`${url}/mcp`), { requestInit: REQUEST_INIT }];
  const named = { name: 'recipe', version: '1' };
  return [
    { client: new Client(named) as AnyClient, transport: new StreamableHTTPClientTransport(at, options) },
    { client: new v2.Client(named) as AnyClient, transport: new v2.StreamableHTTPClientTransport(at, options) },
  ];
};

for (const { name, listenerOf } of RECIPES)
  test(`${name} on the page keeps the sessions of clients of both SDK versions`, async (t) => {
    const module = await load(t, name, { options: OPTIONS, verifier: VERIFIER });
    const { node } = module as { node: MountedNode };
    t.after(() => node.stop());
    const url = await listening(t, await listenerOf(module as never));
    for (const { client, transport } of clientsOf(url)) {
      await client.connect(transport);
      for (let sum = 1; sum <= 3; sum++) {
        const { content } = (await client.callTool({ name: 'add', arguments: { n: 1 } })) as {
          content: { text: string }[];
        };
        assert.equal(content[0]?.text, String(sum));
      }
      await client.close();
    }
    assert.equal(node.table.size, 2);
    if (name === 'app/mcp/route.ts') return;
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
  });

const EVERYTHING = join(tmpdir(), 'mooring-foreign', 'node_modules', '@modelcontextprotocol', 'server-everything');

test('the factory of server-everything takes three lines', {
  skip: !existsSync(EVERYTHING) && 'npm run foreign installs it',
}, async (t) => {
  const factory = pathToFileURL(join(EVERYTHING, 'dist', 'server', 'index.js')).href;
  const own = { everything: `export { createServer } from '${factory}';` };
  const module = await load(t, 'everything.ts', own);
  const node = await testNode(t, module as { createServer: CreateServer });
  const { client } = await testClient(t, node.url);
  const answer = await client.callTool({ name: 'echo', arguments: { message: 'hello' } });
  assert.match(textOf(answer), /hello/);
});
