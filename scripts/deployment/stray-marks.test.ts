import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { nodeName, testNode } from '../../node/test-bench.ts';
import { silentLog } from '../../shared/log.ts';
import type { DrainMark } from '../../shared/registry/drain-mark.ts';
import { startEmbeddedRedis } from '../../shared/registry/embedded/server.ts';
import { RedisRegistry } from '../../shared/registry/redis-registry.ts';
import { viewRegistry } from '../../shared/registry/registry-view.ts';
import { topologySchema } from '../../shared/topology/topology.ts';
import { generateFiles } from '../../shared/traefik/generate-files.ts';
import { until } from '../cluster/test-contract.ts';
import { command as doctor } from '../doctor/command.ts';
import { runCommand } from '../explain/test-run.ts';
import { command as sessions } from '../sessions/command.ts';
import { command as undrain } from '../undrain/command.ts';

const N1 = nodeName('n1');

const deployed = async (t: TestContext, { heartbeatMs = 50 } = {}) => {
  const redis = await startEmbeddedRedis();
  t.after(() => redis.stop());
  const node = await testNode(t, {
    joinRegistry: (self) => new RedisRegistry({ url: redis.url, self, log: silentLog(), heartbeatMs }),
  });
  const view = await viewRegistry(redis.url);
  t.after(() => view.quit());
  const folder = await mkdtemp(join(tmpdir(), 'stray-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'mine.json');
  const given = { nodes: [{ id: 'n1', url: node.url }], entryPoints: { web: { address: ':80' } }, registry: redis.url };
  await writeFile(file, JSON.stringify(given, null, 2));
  const { dynamic } = generateFiles(topologySchema.parse(given), { dynamicFile: join(folder, 'dynamic.yml') });
  await writeFile(join(folder, 'dynamic.yml'), dynamic);
  const mark = async (more: Partial<DrainMark> = {}): Promise<void> => {
    const whole = { id: 'd1', boot: undefined, url: node.url, since: Date.UTC(2026, 0, 2), by: 'ada@host' };
    await view.setMark(N1, { ...whole, settleMs: 0, marginMs: 0, lifted: false, ...more });
  };
  const wordOf = async () => {
    const found = await view.node(N1);
    return found.kind === 'found' ? found.item : undefined;
  };
  await until(async () => (await wordOf()) !== undefined);
  return { node, file, mark, wordOf, undrain: () => runCommand(undrain, ['n1', '--topology', file, '--out', folder]) };
};

test('a drain that contradicts an active state in the file is reported, with the command that clears it', async (t) => {
  const { node, file, mark, wordOf, undrain: back } = await deployed(t);
  const list = (...args: readonly string[]) => runCommand(sessions, ['--topology', file, ...args]);
  assert.equal((await list()).code, 0);
  // It still takes sessions, so that doctor can test it.
  await mark({ settleMs: 3_600_000 });
  await until(async () => (await wordOf())?.drain === 'd1');

  const listed = await list();
  assert.equal(listed.code, 1);
  assert.match(
    listed.out,
    /\nn1 is draining, begun by ada@host at 2026-01-02T\S+, but the file says that it is active\n {2}help: npm run undrain -- n1 --topology \S+mine\.json\n/,
  );
  const { strays } = JSON.parse((await list('--json')).out);
  assert.deepEqual([strays.length, strays[0].drain], [1, 'd1']);
  const asked = await runCommand(doctor, [node.url, '--idle', '0', '--calls', '1', '--topology', file]);
  assert.match(asked.out, /n1 is draining, but the topology says that it is active[\s\S]*npm run undrain -- n1/);

  assert.equal((await back()).code, 0);
  assert.equal((await list()).code, 0);
  assert.equal((await wordOf())?.draining, false);
});

test('a mark that the node has not read yet is reported too, and undrain lifts it in time', async (t) => {
  const { file, mark, wordOf, undrain: back } = await deployed(t, { heartbeatMs: 600_000 });
  await mark();
  const listed = await runCommand(sessions, ['--topology', file]);
  assert.match(listed.out, /n1 is draining, begun by ada@host/);
  assert.equal((await back()).code, 0);
  assert.equal((await runCommand(sessions, ['--topology', file])).code, 0);
  assert.equal((await wordOf())?.drain, undefined);
});

test('the n1 of another deployment and a lifted mark are not reported', async (t) => {
  const { file, mark } = await deployed(t);
  for (const more of [{ url: 'http://elsewhere:1' }, { lifted: true }]) {
    await mark(more);
    assert.equal((await runCommand(sessions, ['--topology', file])).code, 0);
  }
});
