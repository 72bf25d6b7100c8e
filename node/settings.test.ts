import assert from 'node:assert/strict';
import test from 'node:test';
import { HELP, readSettings } from './settings.ts';

const settingsOf = (args: string[], env = {}) => {
  const read = readSettings(args, env);
  assert.equal(read.kind, 'run');
  return read.kind === 'run' ? read.settings : undefined;
};

test('what is not given has a default', () => {
  const settings = settingsOf([]);
  assert.deepEqual([settings?.name, settings?.port, settings?.idleMs], ['n1', 8081, 1_800_000]);
});

test('a flag goes before its environment variable', () => {
  const env = { MOORING_NAME: 'n2', MOORING_PORT: '9000', REDIS_URL: 'redis://x', MOORING_PUBLIC_HOSTS: 'a, b:1' };
  const settings = settingsOf(['--name', 'n3'], env);
  assert.deepEqual([settings?.name, settings?.port, settings?.redis], ['n3', 9000, 'redis://x']);
  assert.deepEqual(settings?.publicHosts, ['a', 'b:1']);
});

for (const [args, env, problem] of [
  [['--name', 'a.b'], {}, /--name \(or MOORING_NAME\) must be/],
  [['--port', '99999'], {}, /--port/],
  [['--port', '-1'], {}, /--port|ambiguous/],
  [[], { MOORING_MAX_SESSIONS: 'many' }, /MOORING_MAX_SESSIONS/],
  [['--url', 'n1:8080:x'], {}, /--url/],
  [['--url', 'http://n1:8080\u001b[2J'], {}, /--url/],
  [['--port', '80.5'], {}, /--port .* must be a whole number up to 65535/],
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
