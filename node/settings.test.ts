import assert from 'node:assert/strict';
import test from 'node:test';
import { HELP, readSettings } from './settings.ts';

const settingsOf = (args: string[], env = {}) => {
  const read = readSettings(args, env);
  assert.equal(read.kind, 'run');
  return read.kind === 'run' ? read.settings : undefined;
};

test('missing settings have defaults', () => {
  const settings = settingsOf([]);
  assert.deepEqual([settings?.name, settings?.port, settings?.idleMs], ['n1', 8081, 1_800_000]);
});

test('the port is that of the URL, unless one is given', () => {
  const portOf = (...args: string[]) => settingsOf(args)?.port;
  assert.equal(portOf('--url', 'http://n1.internal:8080'), 8080);
  assert.equal(portOf('--url', 'http://n1.internal'), 80);
  assert.equal(portOf('--url', 'http://n1.internal:8080', '--port', '9000'), 9000);
  // Something else listens there and speaks TLS.
  assert.equal(portOf('--url', 'https://n1.internal:8443'), 8081);
  assert.equal(settingsOf(['--url', 'http://n1:8080'], { MOORING_PORT: '9000' })?.port, 9000);
});

test('the endpoint has the server’s path, unless one is given', () => {
  const pathOf = (...args: string[]) => settingsOf(args)?.mcpPath;
  assert.equal(pathOf('--upstream', 'http://127.0.0.1:9000/api/rpc/'), '/api/rpc');
  assert.equal(pathOf('--upstream', 'http://127.0.0.1:9000', '--health-path', '/live'), '/');
  assert.equal(pathOf('--upstream', 'http://127.0.0.1:9000/api', '--mcp-path', '/mcp'), '/mcp');
});

test('the settings for --upstream have defaults', () => {
  const url = 'http://127.0.0.1:9000/mcp';
  const health = { path: '/healthz', status: undefined, port: undefined };
  assert.deepEqual(settingsOf(['--upstream', url])?.upstream, { url, era: 'sessions', passHostHeader: false, health });
  assert.equal(settingsOf(['--upstream', url, '--pass-host-header'])?.upstream?.passHostHeader, true);
  assert.equal(settingsOf([])?.upstream, undefined);
});

test('an option takes precedence over its environment variable', () => {
  const env = { MOORING_NAME: 'n2', MOORING_PORT: '9000', REDIS_URL: 'redis://x', MOORING_PUBLIC_HOSTS: 'a, b:1' };
  const settings = settingsOf(['--name', 'n3'], env);
  assert.deepEqual([settings?.name, settings?.port, settings?.redis], ['n3', 9000, 'redis://x']);
  assert.deepEqual(settings?.publicHosts, ['a', 'b:1']);
});

test('a tag is optional', () => {
  assert.deepEqual([settingsOf([])?.tag, settingsOf(['--tag', 'k7'])?.tag], [undefined, 'k7']);
  assert.equal(settingsOf([], { MOORING_TAG: 'p3' })?.tag, 'p3');
});

for (const [args, env, problem] of [
  [['--name', 'a.b'], {}, /--name \(or MOORING_NAME\) must be/],
  [['--tag', 'a.b'], {}, /--tag \(or MOORING_TAG\) must be/],
  [['--port', '99999'], {}, /--port/],
  [['--port', '-1'], {}, /--port|ambiguous/],
  [[], { MOORING_MAX_SESSIONS: 'many' }, /MOORING_MAX_SESSIONS/],
  [['--url', 'n1:8080:x'], {}, /--url/],
  [['--url', 'http://n1:8080\u001b[2J'], {}, /--url/],
  [['--port', '80.5'], {}, /--port .* must be a whole number up to 65535/],
  [['--upstream', 'ftp://127.0.0.1/mcp'], {}, /--upstream .* must be the http or https URL of an MCP endpoint/],
  [['--upstream', 'http://a/mcp?b'], {}, /--upstream/],
  [['--upstream', 'http://me:x@a/mcp'], {}, /--upstream/],
  [['--upstream', 'http://a/mcp', '--server', 'x.ts'], {}, /--upstream .* must be without --server/],
  [['--upstream', 'http://a/mcp', '--health-path', '/mcp'], {}, /--health-path .* where a GET opens a stream/],
  [['--health-status', '99'], {}, /--health-status .* must be a number from 100 to 599/],
  [['--health-port', '0'], {}, /--health-port/],
  [['--era', 'new'], {}, /--era .* must be sessions or both/],
  [['--log-level', 'loud'], {}, /--log-level .* must be one of trace, debug, info, warn, error/],
  [['--prot', '80'], {}, /^there is no option --prot; did you mean --port\?$/],
  [['--nope'], {}, /nope/],
  [['extra'], {}, /extra/],
] as const)
  test(`${JSON.stringify(args)} with ${JSON.stringify(env)} is a misuse that names what to change`, () => {
    const read = readSettings(args, env);
    assert.match(read.kind === 'misuse' ? read.problem : '', problem);
  });

test('help names every option', () => {
  assert.equal(readSettings(['--help'], {}).kind, 'help');
  for (const flag of ['--name', '--port', '--url', '--redis', '--public-hosts', '--server', '--json'])
    assert(HELP.includes(flag));
});

test('the header that names a principal is one name, in lower case', () => {
  assert.equal(settingsOf(['--principal-header', 'X-User'])?.principalHeader, 'x-user');
  assert.equal(settingsOf([])?.principalHeader, undefined);
  for (const text of ['x user', 'x:y', 'x-user,y'])
    assert.match(JSON.stringify(readSettings(['--principal-header', text], {})), /must be the name of a header/);
});
