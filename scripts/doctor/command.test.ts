import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { upstreamHost } from '../../node/host/upstream/upstream-host.ts';
import { nodeName, testNode } from '../../node/test-bench.ts';
import { command } from './command.ts';
import { HttpClient } from './http-client.ts';
import { nodeOf } from './reply.ts';
import { startStub } from './test-stub.ts';

const MAIN = fileURLToPath(new URL('../mooring.ts', import.meta.url));

const doctor = async (...args: readonly string[]) => {
  const out: string[] = [];
  const err: string[] = [];
  const code = await command.run(args, {
    print: (line) => void out.push(`${line}\n`),
    complain: (line) => void err.push(`${line}\n`),
    interactive: false,
    color: false,
    env: {},
    signal: new AbortController().signal,
  });
  return { out: out.join(''), err: err.join(''), code };
};

test('a healthy node, as text and as JSON', async (t) => {
  const { url } = await testNode(t);
  const people = await doctor(url, '--idle', '0.2', '--calls', '2');
  assert.equal(people.code, 0, people.out + people.err);
  assert.match(people.out, /^Asking http:\/\/127\.0\.0\.1:\d+\/mcp: at most \d+ requests/);
  assert.match(people.out, /✓ .*\[sticks\][\s\S]*\n\nnothing is wrong: .*4 sessions opened and 4 closed\)\n$/);
  const programs = await doctor(`${url}/mcp`, '--idle', '0', '--calls', '1', '--json');
  const { event, requests, findings } = JSON.parse(programs.out);
  assert.equal(event, 'examined');
  assert(requests <= Number(/at most (\d+)/.exec(programs.err)?.[1]));
  for (const finding of findings) assert.deepEqual(Object.keys(finding), ['id', 'severity', 'seen', 'why', 'fix']);
});

test('with a topology doctor asks its nodes whether their server can be reached directly', async (t) => {
  const host = upstreamHost({
    url: (await startStub(t)).replace('127.0.0.1', '0.0.0.0'),
    ...{ era: 'sessions', passHostHeader: false, health: { path: '/healthz' } },
  });
  const { url } = await testNode(t, { makeHost: host });
  const folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  t.after(() => rm(folder, { recursive: true }));
  const topology = join(folder, 'topology.json');
  const nodes = [{ id: 'n1', url }];
  await writeFile(topology, JSON.stringify({ nodes, entryPoints: { web: { address: ':80' } } }));
  const idsOf = async (...args: readonly string[]): Promise<readonly string[]> => {
    const { out, err } = await doctor(url, '--idle', '0', '--calls', '1', '--json', ...args);
    assert.equal(JSON.parse(out).event, 'examined', err);
    return JSON.parse(out).findings.map(({ id }: { id: string }) => id);
  };
  assert.equal((await idsOf('--topology', topology)).includes('server-exposed'), true);
  assert.equal((await idsOf()).includes('server-exposed'), false);
});

test('a node that answers with its tag is shown by its name', async (t) => {
  const { url } = await testNode(t, { name: 'n1', tag: nodeName('k7') });
  const signal = AbortSignal.timeout(120_000);
  const nodes = [{ id: 'n1', url, tag: 'k7', state: 'active' }] as const;
  const client = new HttpClient({ origin: url, headers: {}, insecure: false, nodes, most: 1, signal });
  assert.equal(nodeOf(await client.ask({ method: 'GET', path: '/healthz' })), 'n1');
});

test('it leaves no session behind, interrupted or not', async (t) => {
  const node = await testNode(t);
  await doctor(node.url, '--idle', '0', '--calls', '1');
  assert.equal(node.table.size, 0);
  const args = [MAIN, 'doctor', node.url, '--idle', '600'];
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx/esm'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const said = text(child.stdout);
  const closed = once(child, 'close');
  while (node.table.size === 0) await new Promise(setImmediate);
  child.kill('SIGINT');
  assert.deepEqual(await closed, [1, null]);
  assert.match(await said, /interrupted after \d+ requests?; (\d) of \1 sessions? closed again/);
  assert.equal(node.table.size, 0);
});

test('the tools of a foreign server are not called, and all requests were announced', async (t) => {
  const url = await startStub(t, { discover: 'answered', unknown: 'accepted', checksOrigin: false, checksHost: false });
  const { out, code } = await doctor(url, '--idle', '0', '--calls', '1', '--json');
  assert.equal(code, 1);
  assert.equal(JSON.parse(out).sessions.opened, 6);
});

for (const [name, initialize, said] of [
  [
    'a redirect',
    { status: 308, headers: { location: 'https://mcp.example.com/mcp' } },
    /redirects \(308\) to https:\/\/mcp\.example\.com\/mcp[\s\S]*doctor -- https:\/\/mcp\.example\.com\/mcp/,
  ],
  [
    'a wish to know who asks',
    { status: 401, headers: { 'www-authenticate': 'Bearer realm="x"' } },
    /401, Bearer realm="x"[\s\S]*--header 'Authorization/,
  ],
  ['nothing there', { status: 404, body: '404 page not found' }, /there is nothing at .*[\s\S]*--mcp-path/],
  [
    'a page',
    { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
    /which is not MCP[\s\S]*--mcp-path/,
  ],
  [
    'a plain web server',
    { status: 501, headers: { 'content-type': 'text/html' }, body: '<!DOCTYPE HTML><title>Unsupported method' },
    /answers initialize with 501 text\/html: .*, which is not MCP[\s\S]*--mcp-path/,
  ],
  ['an error of the server', { status: 500, body: 'oops' }, /answers 500: "oops"[\s\S]*see the log of the server/],
  ['no server', { status: 503, body: 'no available server' }, /503: "no available server"[\s\S]*are the nodes running/],
  [
    'a refusal',
    { status: 403, body: '{"jsonrpc":"2.0","error":{"code":-32000,"message":"Host"},"id":null}' },
    /refuses initialize: 403, "Host"[\s\S]*hosts/,
  ],
] as const)
  test(`${name} is reported in a sentence, with what to do`, async (t) => {
    const { code, err } = await doctor(await startStub(t, { initialize }));
    assert.equal(code, 1, err);
    assert.match(err, said);
  });

test('a closed port, and one without TLS', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  const nobody = await doctor(`http://127.0.0.1:${port}`, '--json');
  assert.equal(nobody.code, 1);
  assert.deepEqual(
    { ...JSON.parse(nobody.out), remedy: '' },
    {
      event: 'unreachable',
      url: `http://127.0.0.1:${port}/mcp`,
      requests: 1,
      id: 'unreachable',
      seen: `127.0.0.1:${port} refuses connections`,
      remedy: '',
    },
  );
  const plain = await doctor((await startStub(t)).replace('http', 'https'));
  assert.match(plain.err, /does not speak TLS there[\s\S]*try http:\/\//);
});

for (const [args, said] of [
  [[], /doctor takes one URL/],
  [['localhost:8080'], /"localhost:8080" is not a URL: write http:\/\//],
  [['http://h', '--calls', '0'], /--calls takes a whole number from 1 to 1000, not "0"/],
  [['http://h', '--idle', 'long'], /--idle takes a number/],
  [['http://h', '-H', 'Authorization'], /--header takes 'Name: value'/],
  [['http://h/x', '--mcp-path', '/mcp'], /the URL has the path \/x and --mcp-path is \/mcp/],
  [['http://h', '--api', '8080'], /--api takes a URL/],
  [['http://h', '--topology', 'nowhere.yaml'], /there is no topology nowhere\.yaml/],
  [['http://h', '--what'], /--what/],
] as const)
  test(`misuse: doctor ${args.join(' ')}`, async () => {
    const { code, err } = await doctor(...args);
    assert.equal(code, 2);
    assert.match(err, said);
    assert.match(err, /Usage: npm run doctor/);
  });
