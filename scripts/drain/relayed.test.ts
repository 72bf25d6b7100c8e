/** With misroute: relay nothing is lost behind proxies that do not know sessions, or that have an old file. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { relayNodes } from '../../node/relay/test-peers.ts';
import { findProgram } from '../../shared/find-program.ts';
import { freePorts } from '../../shared/free-ports.ts';
import { topologySchema } from '../../shared/topology/topology.ts';
import { generateFiles } from '../../shared/traefik/generate-files.ts';
import { folderOf, start, until } from '../../shared/traefik/test-bench.ts';
import { replaceFile } from '../generate/change-files.ts';
import { command as drain } from './command.ts';
import { TestClient } from './test-client.ts';
import { command, LIMIT, startFleet } from './test-fleet.ts';

const nginx = findProgram(['nginx']) ?? findProgram(['nginx'], '/usr/sbin');

const nginxFile = (folder: string, port: number, servers: readonly string[]): string => `
daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr crit;
events { worker_connections 256; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}
  upstream nodes { ${servers.map((url) => `server ${new URL(url).host};`).join(' ')} }
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://nodes; proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_buffering off; }
  }
}
`;

test('20 of 20 calls without cookies behind nginx with round robin', {
  skip: nginx ? false : 'no nginx',
}, async (t) => {
  const { nodes } = await relayNodes(t, 3);
  const folder = folderOf(t);
  const [port] = (await freePorts(1)) as [number];
  const file = join(folder, 'nginx.conf');
  await writeFile(
    file,
    nginxFile(
      folder,
      port,
      nodes.map(({ url }) => url),
    ),
  );
  const proxy = start(t, [nginx!, '-c', file, '-p', folder]);
  await until(proxy, { port, path: '/healthz', host: 'localhost' }, ({ status }) => status === 200);
  const clients = await Promise.all(
    Array.from({ length: 3 }, () => TestClient.open(`http://127.0.0.1:${port}/mcp`, { cookies: false })),
  );
  for (const client of clients)
    for (let i = 0; i < 20; i++) assert.deepEqual(await client.call(), { status: 200, node: client.node });
  for (const client of clients) assert.equal((await client.close()).status, 200);
  assert.deepEqual(
    nodes.map(({ table }) => table.size),
    [0, 0, 0],
  );
});

test('two Traefiks, one of which never sees a file: no session is lost or refused', LIMIT, async (t) => {
  const fleet = await startFleet(t, { states: ['active', 'active', 'out'], misroute: 'relay' });
  const { first, late, args } = fleet;
  const [, file, , folder] = args as [string, string, string, string];
  const topology = topologySchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const nodes = topology.nodes.map((node) => ({ ...node, state: 'active' as const }));
  await replaceFile(file, JSON.stringify({ ...topology, nodes }));
  const dynamicFile = join(folder, 'dynamic.yml');
  await replaceFile(dynamicFile, generateFiles({ ...topology, nodes }, { dynamicFile }).dynamic);
  const joined = await openAt(first, 'n3');
  for (let i = 0; i < 10; i++) assert.deepEqual(await joined.call(late), { status: 200, node: 'n3' });
  const draining = command(t, drain, ['n2', ...args]);
  await draining.told('out');
  assert.equal(await draining.code, 0);
  // This one still sends every other new session to the node that is out, and does not know the third.
  const begun = await Promise.all(Array.from({ length: 10 }, () => TestClient.open(late, { cookies: false })));
  for (const client of begun)
    for (const proxy of [first, late]) assert.deepEqual(await client.call(proxy), { status: 200, node: client.node });
  assert.ok(
    begun.every(({ node }) => node !== 'n2'),
    'a session began on the node that is out',
  );
});

const openAt = async (mcp: string, node: string): Promise<TestClient> => {
  const client = await TestClient.open(mcp, { cookies: false });
  if (client.node === node) return client;
  await client.close();
  return openAt(mcp, node);
};
