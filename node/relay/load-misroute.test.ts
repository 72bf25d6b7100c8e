import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { silentLog } from '../../shared/log.ts';
import { RELAY_SECRET } from '../core/shared-keys.ts';
import { loadMisroute } from './load-misroute.ts';
import { KEYS } from './test-peers.ts';

const TOPOLOGY = { nodes: [{ id: 'n1', url: 'http://a:1' }], entryPoints: { web: { address: ':80' } } };

const load = async (t: TestContext, change: object, { secret, file }: { secret?: string; file?: string } = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-relay-'));
  const before = process.env[RELAY_SECRET];
  t.after(() => {
    rmSync(folder, { recursive: true });
    delete process.env[RELAY_SECRET];
    if (before !== undefined) process.env[RELAY_SECRET] = before;
  });
  delete process.env[RELAY_SECRET];
  if (secret !== undefined) process.env[RELAY_SECRET] = secret;
  if (file !== undefined) writeFileSync(join(folder, 'secret'), file);
  const topology = join(folder, 'topology.json');
  writeFileSync(topology, JSON.stringify({ ...TOPOLOGY, ...change }));
  return loadMisroute(topology, { name: 'n1', log: silentLog() });
};

const RELAY = { misroute: 'relay' };
const BY_FILE = { ...RELAY, relaySecretFile: 'secret' };

test('misroutes are refused unless the topology says otherwise', async (t) => {
  assert.equal(await load(t, {}), undefined);
});

test('the secret comes from the environment, else from the file beside the topology', async (t) => {
  const byFile = await load(t, BY_FILE, { file: `${KEYS[0]}\n` });
  assert.deepEqual(byFile?.keys, KEYS);
  assert.deepEqual(
    (await byFile?.known())?.map(({ id }) => id),
    ['n1'],
  );
  const other = 'another-secret-of-32-bytes-or-more';
  assert.deepEqual((await load(t, BY_FILE, { file: KEYS[0], secret: other }))?.keys, [other]);
});

test('a node is known by its tag and by its former prefixes', async (t) => {
  const nodes = [{ id: 'n1', url: 'http://a:1', tag: 'k7', formerly: ['n1', 'old'] }];
  const misroute = await load(t, { ...RELAY, nodes }, { secret: KEYS[0] as string });
  assert.deepEqual(
    (await misroute?.known())?.map(({ id, url }) => `${id} ${url}`),
    ['k7 http://a:1', 'n1 http://a:1', 'old http://a:1'],
  );
});

for (const [what, change, given, said] of [
  ['there is no secret', RELAY, {}, /needs a secret that all nodes share: MOORING_RELAY_SECRET, or relaySecretFile/],
  ['the secret is weak', RELAY, { secret: 'secret' }, /too weak: in MOORING_RELAY_SECRET, key 1 has 6 bytes/],
  ['the secret is empty', RELAY, { secret: '' }, /too weak/],
  ['the file of the secret is weak', BY_FILE, { file: 'a'.repeat(40) }, /too weak: in .*secret, key 1 repeats/],
  ['the file of the secret is not there', BY_FILE, {}, /cannot be read: .*secret \(ENOENT\)/],
] as const)
  test(`a node does not start when ${what}`, async (t) => {
    await assert.rejects(load(t, change, given), said);
  });
