import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { Origin } from '../../router/parity/origin.ts';
import { type JsonObject, Subject, type SubjectKind } from '../../router/parity/subject.ts';
import { freePorts } from '../../shared/free-ports.ts';
import { noTraefik } from '../../shared/traefik-binary.ts';
import { command } from './command.ts';
import { runCommand, runMooring } from './test-run.ts';

const SESSION = 'n2.1b4e28ba-2fa1-41d2-883f-0016d3cca427';
const LOGGED = {
  RequestMethod: 'POST',
  RequestPath: '/mcp',
  RequestScheme: 'http',
  RequestAddr: '127.0.0.1:8080',
  RequestHost: '127.0.0.1',
  ClientAddr: '192.0.2.7:5000',
  DownstreamStatus: 200,
  RouterName: 'node-n2@file',
  ServiceURL: 'http://127.0.0.1:8082',
  entryPointName: 'web',
};

test('a request is explained with file and line, as text and as JSON', async () => {
  const text = await runMooring(['explain', 'POST', '/mcp', '--session', SESSION]);
  assert.deepEqual([text.code, text.err], [0, '']);
  assert.match(text.out, /^POST localhost\/mcp on web goes to n2 \(http:\/\/127\.0\.0\.1:8082\), by its session id\n/);
  assert.match(text.out, /✓ node-n2@file, priority 3000 {2}config\/dynamic\.yml:\d+:13\n/);
  const json = JSON.parse((await runCommand(command, ['POST', '/mcp', '--session', SESSION, '--json'])).out);
  assert.deepEqual([json.outcome, json.server.node, json.pin.by], ['server', 'n2', 'session-id']);
});

for (const { when, args, code = 0, says } of [
  { when: 'the cookie is a node', args: ['/mcp', '--cookie', 'n3'], says: /goes to n3 .*, by its cookie/ },
  {
    when: 'the session id is left out',
    args: ['/mcp', '--session', SESSION, '--without-session'],
    says: /goes to one of n1, n2, n3/,
  },
  {
    when: 'the cookie is left out',
    args: ['/mcp', '--cookie', 'n3', '--without-cookie'],
    says: /goes to one of n1, n2, n3/,
  },
  {
    when: 'its node is down',
    args: ['/mcp', '--session', SESSION, '--down', 'n2'],
    says: /goes to one of n1, n3[\s\S]*error: n2 is down/,
  },
  {
    when: 'a cookie names a node that is down',
    args: ['/mcp', '--cookie', 'n1', '--down', 'http://127.0.0.1:8081'],
    says: /the server of the cookie is down/,
  },
  {
    when: 'all are down',
    args: ['/mcp', '--down', 'n1', '--down', 'n2', '--down', 'n3'],
    code: 1,
    says: /is answered with 503/,
  },
  {
    when: 'it is a curl command',
    args: ['--curl', `curl -X POST http://127.0.0.1:8080/mcp -H 'Mcp-Session-Id: ${SESSION}'`],
    says: /POST 127\.0\.0\.1:8080\/mcp on web goes to n2/,
  },
  {
    when: 'it is a line of a log',
    args: ['--log', JSON.stringify({ ...LOGGED, 'request_Mcp-Session-Id': SESSION })],
    says: /goes to n2[\s\S]*the log says the same/,
  },
  {
    when: 'the log redacts the session id',
    args: ['--log', JSON.stringify({ ...LOGGED, 'request_Mcp-Session-Id': 'REDACTED' })],
    says: /the log differs: node-n2@file[\s\S]*the log redacts Mcp-Session-Id/,
  },
  {
    when: 'a log is helped out',
    args: ['--log', JSON.stringify(LOGGED), '--session', SESSION],
    says: /the log says the same/,
  },
  { when: 'an internal page is asked', args: ['/ping'], says: /is served by ping@internal/ },
  { when: 'the target is malformed', args: ['http://127.0.0.1:8080/%zz'], code: 1, says: /is answered with 400/ },
  { when: 'nothing is asked', args: [], code: 2, says: /which request\?/ },
  { when: 'the entry point is misspelt', args: ['/mcp', '--entry-point', 'wed'], code: 2, says: /did you mean web\?/ },
  {
    when: 'the server is misspelt',
    args: ['/mcp', '--down', 'n9'],
    code: 2,
    says: /there is no server "n9"; did you mean/,
  },
  { when: 'the method comes last', args: ['/mcp', 'POST'], code: 2, says: /"\/mcp" is not a method/ },
  { when: 'the log is no log', args: ['--log', 'hello'], code: 2, says: /one line of a JSON access log/ },
  {
    when: 'the files are missing',
    args: ['/mcp', '--configfile', 'nosuch.yml'],
    code: 1,
    says: /nosuch\.yml does not exist/,
  },
])
  test(`explain ends with ${code} and says so when ${when}`, async () => {
    const run = await runCommand(command, args);
    assert.match(run.out + run.err, says);
    assert.equal(run.code, code);
  });

test('an unreachable proxy is reported with what to do', async () => {
  const [port] = await freePorts(1);
  const run = await runCommand(command, ['/mcp', '--against', `http://127.0.0.1:${port}`]);
  assert.equal(run.code, 1);
  assert.match(run.err, /does not answer \(ECONNREFUSED\)\n {2}help: is it running\?/);
});

const dynamicOf = (urls: readonly string[]): JsonObject => ({
  http: {
    routers: { mcp: { rule: 'PathPrefix(`/mcp`)', service: 'mcp', entryPoints: ['web'] } },
    services: {
      mcp: {
        loadBalancer: {
          sticky: { cookie: { name: 'pin' } },
          healthCheck: { path: '/healthz', interval: '100ms' },
          servers: urls.map((url) => ({ url })),
        },
      },
    },
  },
});

/** The files of a proxy, without the routes that show the test that it is ready. */
const ownFiles = async (t: TestContext, dynamic: JsonObject): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'explain-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'dynamic.yml'), JSON.stringify(dynamic));
  const file = join(folder, 'traefik.yml');
  const entryPoints = { web: { address: ':80' }, traefik: { address: ':81' }, marker: { address: ':82' } };
  const providers = { file: { filename: join(folder, 'dynamic.yml') } };
  await writeFile(file, JSON.stringify({ entryPoints, providers }));
  return file;
};

for (const kind of ['router', 'traefik'] satisfies SubjectKind[]) {
  const skip = kind === 'traefik' && noTraefik();
  test(`health comes from a running ${kind}, and a proxy with other files is reported`, { skip }, async (t) => {
    const [a, b] = [await Origin.listen('a'), await Origin.listen('b')];
    t.after(() => Promise.all([a.stop(), b.stop()]));
    const dynamic = dynamicOf([a.url, b.url]);
    const subject = await Subject.start(kind, {
      entryPoints: { web: {}, traefik: {} },
      static: { api: { insecure: true } },
      dynamic,
    });
    t.after(() => subject.stop());
    const api = `http://127.0.0.1:${subject.port('traefik')}`;
    b.health = 503;
    await untilDown(`${api}/api/http/services/mcp@file`, b.url);
    const same = await runCommand(command, [
      'http://x:80/mcp',
      '--against',
      api,
      '--configfile',
      await ownFiles(t, dynamic),
      '--json',
    ]);
    const told = JSON.parse(same.out);
    assert.deepEqual([told.server.url, told.candidates.length], [a.url, 1]);
    // The routes that show that the proxy is ready are in no file; everything else is the same.
    const { message } = told.findings.find(({ code }: { code: string }) => code === 'runs-other-files');
    assert.deepEqual(message.match(/\S+@file .*/g), [
      'marker@file is running, but not in the files',
      'marker@file is running, but not in the files',
    ]);
    const other = await ownFiles(t, dynamicOf([a.url, `${b.url}/`]));
    const differs = await runCommand(command, ['http://x:80/mcp', '--against', api, '--configfile', other]);
    assert.match(differs.out, /does not run these files:[\s\S]*service mcp@file differs: loadBalancer/);
  });
}

const untilDown = async (url: string, server: string): Promise<void> => {
  for (;;) {
    const { serverStatus } = (await (await fetch(url)).json()) as { serverStatus?: Record<string, string> };
    if (serverStatus?.[server] === 'DOWN') return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
