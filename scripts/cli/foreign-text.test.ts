import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer as createMcp } from '../../node/example/minimal.ts';
import { startNode } from '../../node/start-node.ts';
import { createLog, silentLog } from '../../shared/log.ts';
import { startEmbeddedRedis } from '../../shared/registry/embedded/server.ts';
import { RedisRegistry } from '../../shared/registry/redis-registry.ts';
import { parseNodeId } from '../../shared/registry/session-id.ts';
import { terminalOutput } from '../dev/output.ts';
import { startStub } from '../doctor/test-stub.ts';
import { runMooring } from '../explain/test-run.ts';
import type { Command } from './command.ts';
import { paintWith } from './paint.ts';
import { terminalOver } from './terminal.ts';

/** Clears, sets the title, writes to the clipboard, conceals, moves up; reverses text; and forges one of our lines. */
const HOSTILE =
  'evil\u001b[2J\u001b]0;t\u0007\u001b]52;c;eA==\u0007\u001b[8m\u001b[1A\u009b2J\u202egnp\u2066\u200b\u{e0041}\u007f\b\r\nFORGED';
/** The part that a header may contain. */
const IN_HEADER = 'evil\u009b2J\u0085';

/** Commands that run until Ctrl-C end as soon as the hostile text has been shown. */
const listening = () => {
  let said = '';
  const enough = new AbortController();
  const write = (text: string): void => {
    said += text;
    if (text.includes('evil')) enough.abort();
  };
  const stdout = { isTTY: true, write };
  const terminal = terminalOver({ stdout, stderr: stdout, env: {}, signal: enough.signal });
  return { terminal, said: () => said };
};

const ESC = '\u001b';
const OWN_STYLE = new RegExp(`${ESC}\\[([0-2]|22|3[1-69]|9[4-6])m`, 'g');
const CLEAR = `${ESC}[H${ESC}[J`;

/** Only our own styles may have an effect, and the hostile text must be visible. */
const assertTame = (said: string): void => {
  const plain = said.replaceAll(CLEAR, '').replace(OWN_STYLE, '');
  assert.doesNotMatch(plain, /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/u);
  assert.doesNotMatch(plain, /^[^\w"]*FORGED/m);
  assert.match(plain, /evil/);
};

type World = { readonly folder: string; readonly file: (name: string, text: string) => string };
type Case = {
  readonly what: string;
  readonly load: () => Promise<{ readonly command: Command }>;
  /** With --json or without. */
  readonly forms?: readonly boolean[];
  readonly args: (world: World, t: TestContext) => readonly string[] | Promise<readonly string[]>;
};

const inHeaders = { 'www-authenticate': IN_HEADER, 'content-type': `text/html; ${IN_HEADER}` };
const refusal = JSON.stringify({ jsonrpc: '2.0', id: 'doctor-1', error: { code: HOSTILE, message: HOSTILE } });

const doctor = (what: string, stub: Parameters<typeof startStub>[1]): Case => ({
  what: `doctor, of a deployment ${what}`,
  load: () => import('../doctor/command.ts'),
  args: async (_, t) => [await startStub(t, stub), '--calls', '1', '--idle', '0'],
});

/** Traefik's files, one of them with hostile names throughout. */
const traefik = ({ file }: World): string => {
  const named = JSON.stringify(HOSTILE);
  const servers = { servers: [{ url: 'http://127.0.0.1:1' }], sticky: { cookie: { name: 'c' } } };
  const http = {
    routers: { [HOSTILE]: { rule: 'PathPrefix(`/`)', service: HOSTILE, middlewares: [HOSTILE] }, b: { rule: HOSTILE } },
    services: { [HOSTILE]: { loadBalancer: servers }, s: { mirroring: { service: HOSTILE } } },
    middlewares: { [HOSTILE]: { addPrefix: { prefix: '/x' } } },
  };
  const dynamic = file('dynamic.yml', JSON.stringify({ http }));
  const web = `{ address: "127.0.0.1:0" }`;
  const providers = `{ file: { filename: ${JSON.stringify(dynamic)} } }`;
  return file('traefik.yml', `entryPoints: { web: ${web}, ${named}: ${web} }\nproviders: ${providers}\n`);
};

const topology = ({ file }: World): string =>
  file(
    'team.yaml',
    `nodes: [{ id: n1, url: "http://a:1" }]\nentryPoints: { web: { address: ${JSON.stringify(HOSTILE)} } }\n`,
  );

const logged = JSON.stringify({
  DownstreamStatus: 404,
  OriginStatus: 404,
  RequestMethod: 'POST',
  RequestPath: `/mcp${HOSTILE}`,
  RequestHost: HOSTILE,
  RouterName: HOSTILE,
  ServiceURL: HOSTILE,
  'request_Mcp-Session-Id': HOSTILE,
  'request_User-Agent': HOSTILE,
  request_Cookie: HOSTILE,
  Duration: 1,
});

const CASES: readonly Case[] = [
  doctor('whose server has such a name', { name: HOSTILE }),
  doctor('that refuses', { initialize: { status: 400, body: refusal } }),
  doctor('that wants a key', { initialize: { status: 401, headers: inHeaders } }),
  doctor('that is none', { initialize: { status: 200, headers: inHeaders, body: HOSTILE } }),
  doctor('with a cookie', { ownCookie: `${IN_HEADER}=1; Path=/${IN_HEADER}; SameSite=${IN_HEADER}` }),
  {
    what: 'doctor, of an API',
    load: () => import('../doctor/command.ts'),
    args: async (_, t) => [await startStub(t), '--calls', '1', '--idle', '0', '--api', await hostileApi(t)],
  },
  {
    what: 'logs',
    load: () => import('../logs/command.ts'),
    args: ({ file }) => [file('access.log', `${logged}\n${logged.replace(/evil/g, 'evil2')}\n`), '--prefix', '/'],
  },
  {
    what: 'logs that are followed',
    load: () => import('../logs/command.ts'),
    args: ({ file }) => ['--follow', file('access.log', `${logged}\n`), '--prefix', '/'],
  },
  {
    what: 'explain, of a line of a log',
    load: () => import('../explain/command.ts'),
    args: (world) => ['--configfile', traefik(world), '--log', logged],
  },
  {
    what: 'explain, of a request',
    load: () => import('../explain/command.ts'),
    args: (world) => [
      'POST',
      '/evil',
      '--configfile',
      traefik(world),
      '--entry-point',
      'web',
      '--session',
      'evil\u009b',
    ],
  },
  {
    what: 'cookie',
    load: () => import('../cookie/command.ts'),
    args: (world) => [`c=${HOSTILE}`, '--configfile', traefik(world)],
  },
  { what: 'generate', load: () => import('../generate/command.ts'), args: (world) => ['--topology', topology(world)] },
  { what: 'plan', load: () => import('../plan/command.ts'), args: (world) => [topology(world), topology(world)] },
  { what: 'drain', load: () => import('../drain/command.ts'), args: (world) => ['n1', '--topology', topology(world)] },
  {
    what: 'undrain',
    load: () => import('../undrain/command.ts'),
    args: (world) => ['n1', '--topology', topology(world)],
  },
  {
    what: 'rolling-restart',
    load: () => import('../rolling-restart/command.ts'),
    args: (world) => ['--restart', 'true', '--topology', topology(world)],
  },
  {
    what: 'simulate',
    load: () => import('../simulate/command.ts'),
    args: ({ file }) => [file('s.yaml', `about: x\nfleet: [{ clients: ${JSON.stringify(HOSTILE)} }]\n`)],
  },
  {
    what: 'demo',
    load: () => import('../demo/command.ts'),
    args: async (_, t) => [
      '--url',
      await startStub(t, { initialize: { status: 400, body: refusal } }),
      '--clients',
      '1',
      '--seconds',
      '30',
    ],
  },
  {
    what: 'sessions, of a client with such a name',
    load: () => import('../sessions/command.ts'),
    args: async (_, t) => ['--redis', await registryWithHostileClient(t)],
  },
  {
    what: 'sessions that are watched',
    // In JSON, clients appear when something happens to them.
    forms: [false],
    load: () => import('../sessions/command.ts'),
    args: async (_, t) => ['--watch', '--redis', await registryWithHostileClient(t)],
  },
  { what: 'an option that there is not', load: () => import('../plan/command.ts'), args: () => [`--${HOSTILE}`] },
  { what: 'dev, an action that there is not', load: () => import('../dev/command.ts'), args: () => [HOSTILE] },
];

const hostileApi = async (t: TestContext): Promise<string> => {
  const router = { rule: 'PathPrefix(`/mcp`)', service: HOSTILE, middlewares: [HOSTILE] };
  const servers = [{ url: HOSTILE, weight: 0 }];
  const raw = {
    routers: { [HOSTILE]: router },
    services: { [`${HOSTILE}@file`]: { loadBalancer: { servers }, serverStatus: { [HOSTILE]: 'DOWN' } } },
    middlewares: { [`${HOSTILE}@file`]: { compress: {} } },
  };
  const server = createServer((req, res) => res.end(JSON.stringify(req.url?.endsWith('rawdata') ? raw : [])));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const registryWithHostileClient = async (t: TestContext): Promise<string> => {
  const redis = await startEmbeddedRedis();
  t.after(() => redis.stop());
  const node = await startNode({
    name: parseNodeId('n1')!,
    createServer: createMcp,
    log: silentLog(),
    joinRegistry: (self) => new RedisRegistry({ url: redis.url, self, log: silentLog() }),
  });
  t.after(() => node.stop());
  const clientInfo = { name: HOSTILE, version: HOSTILE };
  const answer = await fetch(`${node.url}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo },
    }),
  });
  await answer.text();
  return redis.url;
};

for (const { what, load, args, forms = [false, true] } of CASES)
  for (const json of forms)
    test(`foreign text cannot control the terminal of ${what}${json ? ', in JSON' : ''}`, {
      timeout: 120_000,
    }, async (t) => {
      // A path is foreign text too.
      const folder = join(mkdtempSync(join(tmpdir(), 'foreign-')), 'evil\u001b[2J\u009b\u202e');
      mkdirSync(folder);
      t.after(() => rmSync(join(folder, '..'), { recursive: true }));
      const file = (name: string, text: string): string => {
        writeFileSync(join(folder, name), text);
        return join(folder, name);
      };
      const { terminal, said } = listening();
      const { command } = await load();
      await command.run([...(await args({ folder, file }, t)), ...(json ? ['--json'] : [])], terminal);
      assertTame(said());
    });

test('text from nodes, clients and files cannot control the terminal of dev', () => {
  const { terminal, said } = listening();
  const output = terminalOutput(terminal);
  const at = Date.now();
  for (const line of [
    HOSTILE,
    JSON.stringify({ level: 50, time: at, msg: HOSTILE, err: { message: HOSTILE }, a: HOSTILE }),
  ])
    for (const from of ['n1', HOSTILE]) output.happened({ at, kind: 'line', from, line });
  output.happened({ at, kind: 'node', node: 'n1', state: 'down', detail: HOSTILE });
  const request = {
    at,
    method: 'GET',
    status: 404,
    milliseconds: 1,
    node: undefined,
    router: HOSTILE,
    reason: undefined,
  };
  output.request({ ...request, target: HOSTILE });
  output.note(HOSTILE);
  output.trouble(HOSTILE);
  output.outcome('sessions', { text: HOSTILE });
  const plain = said().replaceAll('FORGED', 'line of theirs');
  assertTame(plain);
});

test('our own colours and cursor moves are kept', () => {
  const { terminal, said } = listening();
  const { name, ...roles } = paintWith(true);
  const styled = [...Object.values(roles), name]
    .map((paint) => paint('n1'))
    .concat(['n1', 'n2', 'n8'].map((id) => name(id)));
  terminal.print(styled.join(' '));
  assert.ok(said().startsWith(styled.join(' ')));
  terminal.print('again', 'line');
  assert.ok(said().endsWith('\u001b[1A\u001b[2Kagain\n'));
});

test('logs for people and for programs contain only text', () => {
  for (const format of ['common', 'json'] as const) {
    const written: string[] = [];
    const destination = { write: (line: string) => void written.push(line) };
    createLog({ format, destination }).error({ err: new Error(HOSTILE), agent: HOSTILE }, HOSTILE);
    assertTame(written.join(''));
    assert.equal(written.join('').indexOf('\n'), written.join('').length - 1);
  }
});

test('output of non-commands and unexpected errors is cleaned too', async () => {
  for (const args of [
    ['router', '--evil\u001b[2J\u009b'],
    ['router', '--configfile', '/evil\u001b[2J\u009b\u202e'],
    ['node', '--evil\u001b[2J\u009b'],
    ['evil\u001b[2J\u009b\u202e'],
    ['logs', '/dev/null/evil\u001b[2J\u009b\u202e'],
  ]) {
    const { out, err } = await runMooring(args, { NO_COLOR: '', FORCE_COLOR: '1' });
    assertTame(out + err);
  }
});

test('every command prints through its terminal', () => {
  const scripts = fileURLToPath(new URL('../', import.meta.url));
  const listed = readFileSync(join(scripts, 'mooring.ts'), 'utf8').matchAll(/import\('\.\/([\w-]+)\//g);
  const folders = [...new Set([...listed].map(([, folder]) => folder!)), 'cluster'];
  assert.ok(folders.length > 10);
  for (const folder of folders)
    for (const entry of readdirSync(join(scripts, folder), { recursive: true, withFileTypes: true })) {
      if (!/(?<!test)\.ts$/.test(entry.name) || entry.name.startsWith('test-')) continue;
      const source = readFileSync(join(entry.parentPath, entry.name), 'utf8');
      assert.doesNotMatch(source, /\bconsole\.|process\.std(out|err)\b/, `${folder}/${entry.name}`);
    }
});
