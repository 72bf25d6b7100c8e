import assert from 'node:assert/strict';
import test from 'node:test';
import { look } from './test-contract.ts';
import { wrongIn } from './test-facts.ts';
import { type StubOptions, startStub } from './test-stub.ts';

const ALWAYS = ['note health-check-unknown', 'note no-cors'];
const ONE_NODE = 'note one-node';

for (const [name, options, finds] of [
  ['one server alone, not ours', {}, [ONE_NODE]],
  ['a server that knows sessions by their connections', { byConnection: true }, ['problem lost-on-reconnect']],
  ['a server without sessions', { sessions: false }, ['note no-sessions']],
  [
    'a server that keeps nobody out',
    { checksOrigin: false, checksHost: false },
    ['problem origin-unchecked', 'problem host-unchecked', ONE_NODE],
  ],
  [
    'a cookie for nobody but pages',
    { ownCookie: 'app_server=1; Path=/ui' },
    ['warning cookie-path', 'warning not-http-only', 'warning no-same-site', ONE_NODE],
  ],
] as const satisfies readonly (readonly [string, StubOptions, readonly string[]])[])
  test(name, async (t) => {
    const found = await look(await startStub(t, options));
    assert.deepEqual([...wrongIn(found)].sort(), [...finds, ...ALWAYS].sort());
  });
