import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import test, { after, before } from 'node:test';
import { promisify } from 'node:util';
import { isAlive, until } from '../../cluster/test-contract.ts';
import { buildInto, ROOT, TSC } from './build.ts';

const run = promisify(execFile);
const LARGEST = 700_000;
const SERVER = `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { defineServer } from 'mooring/node';
enum Of { Mine = 'mine' }
export const createServer = defineServer(() => new McpServer({ name: Of.Mine, version: '1.0.0' }));
`;
/** Only opens sessions. */
const ANY_SERVER = `
const result = { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 'any', version: '1' } };
const head = { 'mcp-session-id': 'abc', 'content-type': 'application/json' };
require('node:http')
  .createServer((req, res) => res.writeHead(200, head).end(JSON.stringify({ jsonrpc: '2.0', id: 1, result })))
  .listen(Number(process.argv[2]), process.env.HOST);
`;
const EVERY_EXPORT = `
import { type NodeId, parseNodeId, RedisRegistry, MemoryRegistry, viewRegistry } from 'mooring/registry';
import { type CreateServer, defineServer, startNode } from 'mooring/node';
import { decideAndCount, explain, loadDynamic, loadStatic, Router } from 'mooring/router';
import { type Cluster, startCluster } from 'mooring/testing';
import { ResilientClient } from 'mooring/client';

export const id: NodeId | null = parseNodeId('n1');
export const cluster = (): Promise<Cluster> => startCluster({ nodes: 2 });
export const all = [RedisRegistry, MemoryRegistry, viewRegistry, defineServer, startNode, decideAndCount, explain];
export const more = [loadDynamic, loadStatic, Router, ResilientClient];
// @ts-expect-error: the types exist, and are not any.
export const wrong: CreateServer = 'no function';
for (const each of [...all, ...more]) if (typeof each !== 'function') throw new Error('an export is missing');
`;
const TSCONFIG = {
  compilerOptions: {
    module: 'nodenext',
    target: 'es2023',
    strict: true,
    noEmit: true,
    types: ['node'],
    skipLibCheck: true,
  },
  files: ['every-export.ts', 'server.ts'],
};
const TOPOLOGY = `
nodes:
  - id: a
    url: http://127.0.0.1:9101
  - id: b
    url: http://127.0.0.1:9102
entryPoints:
  web:
    address: 127.0.0.1:9100
cookie:
  secure: false
`;

type Packed = {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
};
let project: string;
let packed: Packed;

/** Like npm, without the download: only the package's dependencies are linked from here. */
before(async () => {
  project = await mkdtemp(join(tmpdir(), 'mooring-package-'));
  const staged = join(project, 'staged');
  await mkdir(staged);
  for (const file of ['package.json', 'README.md', 'LICENSE']) await cp(join(ROOT, file), join(staged, file));
  await cp(join(ROOT, 'config'), join(staged, 'config'), { recursive: true });
  await buildInto(join(staged, 'dist'));
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json'], { cwd: staged, maxBuffer: 1 << 24 });
  packed = (JSON.parse(stdout) as [Packed])[0];
  const installed = join(project, 'node_modules/mooring');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', join(staged, packed.filename), '-C', installed, '--strip-components=1']);
  const { dependencies, bin } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
    readonly bin: { readonly mooring: string };
  };
  for (const name of [...Object.keys(dependencies), '@types/node']) await link(name);
  await mkdir(join(project, 'node_modules/.bin'));
  await chmod(join(installed, bin.mooring), 0o755);
  await symlink(`../mooring/${bin.mooring}`, join(project, 'node_modules/.bin/mooring'));
  await writeFile(join(project, 'package.json'), '{"name":"mine","private":true}');
  await writeFile(join(project, 'every-export.ts'), EVERY_EXPORT);
  await writeFile(join(project, 'server.ts'), SERVER);
  await writeFile(join(project, 'server.mjs'), SERVER.replace(/enum.*/, "const Of = { Mine: 'mine' };"));
  await writeFile(join(project, 'topology.yaml'), TOPOLOGY);
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(TSCONFIG));
});

after(() => rm(project, { recursive: true, force: true }));

const link = async (name: string): Promise<void> => {
  const place = join(project, 'node_modules', name);
  await mkdir(dirname(place), { recursive: true });
  await symlink(join(ROOT, 'node_modules', name), place);
};

const mooring = (...args: readonly string[]) =>
  run('npx', ['--no-install', 'mooring', ...args], { cwd: project, env: { ...process.env, CI: '1' } });

test('the package holds the compiled programs, their page, its licence, and nothing else', (t) => {
  const paths = packed.files.map(({ path }) => path);
  t.diagnostic(`${paths.length} files, ${packed.size} bytes`);
  const odd = paths.filter(
    (path) =>
      !/^(package\.json|README\.md|LICENSE|config\/[^/]+\.(yaml|schema\.json)|dist\/(node|router|shared|scripts)\/.*(\.js|\.d\.ts)|dist\/router\/dashboard\/page\/[^/]+|dist\/scripts\/simulate\/scenarios\/[^/]+)$/.test(
        path,
      ) || /\.test\.|\/test-|\/golden\/|\/parity\/|\/workshop\//.test(path),
  );
  assert.deepEqual(odd, []);
  for (const wanted of [
    'LICENSE',
    'dist/scripts/mooring.js',
    'dist/node/main.js',
    'dist/router/dashboard/page/index.html',
  ])
    assert.ok(paths.includes(wanted), wanted);
  assert.ok(packed.size < LARGEST, `${packed.size} bytes`);
});

test('every export exists and has types', async () => {
  await run(process.execPath, [TSC, '-p', project]).catch(({ stdout }: { stdout: string }) => assert.fail(stdout));
  const imported = EVERY_EXPORT.matchAll(/'(mooring\/\w+)'/g);
  for (const [, name] of imported)
    await run(process.execPath, ['--input-type=module', '--eval', `await import('${name}'); process.exit()`], {
      cwd: project,
    });
});

test('its help uses the commands of an installed package', async () => {
  const { stdout } = await mooring('--help');
  for (const name of ['dev', 'generate', 'explain', 'doctor', 'drain', 'router', 'node'])
    assert.match(stdout, new RegExp(`^  ${name} `, 'm'));
  assert.match((await mooring('simulate')).stdout, /deploy/);
  assert.match((await mooring('drain', '--help')).stdout, /^Usage: npx mooring drain NODE/);
  assert.match((await mooring('router', '--help')).stdout, /^Usage: npx mooring router --configfile/);
});

test('without a topology an existing example is shown', async () => {
  const { stderr } = await mooring('generate').catch((error: { readonly stderr: string }) => error);
  const [, file = ''] = /(\S+) is an example/.exec(stderr) ?? [];
  assert.match(await readFile(join(project, file), 'utf8'), /^nodes:/m);
});

test('it writes Traefik files from a user’s topology, and its router accepts them', async () => {
  await mooring('generate', '--topology', 'topology.yaml', '--out', 'traefik');
  assert.match(await readFile(join(project, 'traefik/dynamic.yml'), 'utf8'), /http:\/\/127\.0\.0\.1:9102/);
  const { stdout } = await mooring('router', '--check', '--configfile', 'traefik/traefik.yml');
  assert.match(stdout, /no problems/);
});

for (const server of ['./server.ts', './server.mjs'])
  test(`mooring dev runs ${server}, and leaves nothing behind`, async (t) => {
    const dev = spawn('node_modules/.bin/mooring', ['dev', '--json', '--nodes', '1', '--server', server], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => dev.kill('SIGKILL'));
    const [line] = (await once(createInterface({ input: dev.stdout }), 'line')) as [string];
    const ready = JSON.parse(line) as { readonly event: string; readonly mcp: string; readonly dashboard: string };
    assert.equal(ready.event, 'ready');
    assert.equal(await nameOfServer(ready.mcp), 'mine');
    assert.equal((await fetch(ready.dashboard)).status, 200);
    dev.kill('SIGTERM');
    const [code] = (await once(dev, 'exit')) as [number];
    assert.equal(code, 0);
  });

test('npx mooring dev takes the command of any server after --, and both end with npx', async (t) => {
  await writeFile(join(project, 'any.cjs'), ANY_SERVER);
  const words = [
    '--no-install',
    'mooring',
    'dev',
    '--json',
    '--nodes',
    '1',
    '--',
    process.execPath,
    'any.cjs',
    '{port}',
  ];
  const npx = spawn('npx', words, { cwd: project, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => npx.kill('SIGKILL'));
  const lines = createInterface({ input: npx.stdout });
  const ready = await new Promise<Ready>((resolve) => {
    lines.on('line', (line) => line.startsWith('{"event":"ready"') && resolve(JSON.parse(line) as Ready));
  });
  assert.equal(await nameOfServer(ready.mcp), 'any');
  npx.kill('SIGKILL');
  const [instance] = ready.instances;
  await until(() => !isAlive(ready.pid) && !isAlive(instance!.pid));
});

type Ready = { readonly mcp: string; readonly pid: number; readonly instances: readonly { readonly pid: number }[] };

const nameOfServer = async (mcp: string): Promise<string | undefined> => {
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  const answer = await fetch(mcp, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
  });
  return /"serverInfo":\{"name":"([^"]+)"/.exec(await answer.text())?.[1];
};
