/** Real nodes that register with real Traefik through a real Redis. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { announce } from '../../../../node/announce.ts';
import { createLog } from '../../../log.ts';
import { startRedisProcess } from '../../../registry/redis-process.ts';
import { cookieValue } from '../../cookie-value.ts';
import { redisFiles } from '../redis.ts';
import { liveTopology, skip as noTraefik, startNode, startTraefik, type Traefik } from './test-traefik.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const hasRedis = spawnSync('redis-cli', ['--version']).status === 0;
const skip = noTraefik || (hasRedis ? false : 'needs redis-server and redis-cli');

const startRedis = async (t: TestContext) => {
  const redis = await startRedisProcess({ binary: 'redis-server' });
  t.after(() => redis.stop());
  return redis;
};

const folderOf = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'announced-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const enabled = (parts: Readonly<Record<string, string>>): string[] =>
  Object.entries(parts).flatMap(([name, status]) => (name.endsWith('@redis') && status === 'enabled' ? [name] : []));

test('the script writes the topology to Redis, only once, and Traefik accepts every part', {
  skip,
}, async (t) => {
  const redis = await startRedis(t);
  const nodes = await Promise.all([startNode(t), startNode(t)]);
  const urls = nodes.map(({ url }) => url);
  const topology = await liveTopology(urls, {
    registry: redis.url,
    cors: { origins: ['https://a.example'] },
    nodes: [
      { id: 'n1', url: urls[0] },
      { id: 'N1', url: urls[1] },
    ],
  });
  const folder = folderOf(t);
  const [fixed, script] = redisFiles(topology);
  const file = join(folder, 'routes.lua');
  writeFileSync(file, script!.text);
  const run = () =>
    spawnSync('redis-cli', ['-p', `${redis.port}`, '-n', '1', '--eval', file], { encoding: 'utf8' }).stdout.split('\n');
  assert.equal(Number(run()[1]) > 50, true);
  assert.deepEqual(run().slice(0, 4), ['written', '0', 'removed', '0']);
  const traefik = startTraefik(t, topology, fixed!.text);
  const routers = await traefik.until(
    () => traefik.listed('routers'),
    (seen) => enabled(seen).length > 0,
  );
  assert.deepEqual(enabled(routers).sort(), [
    'cookie-N1~7@redis',
    'cookie-n1@redis',
    'default@redis',
    'handle-N1~7@redis',
    'handle-n1@redis',
    'mcp@redis',
    'node-N1~5@redis',
    'node-n1@redis',
    'route-graphql@redis',
  ]);
  assert.deepEqual(enabled(await traefik.listed('services')).length, 9);
  for (const [i, { id, url }] of topology.nodes.entries())
    for (const headers of [
      { 'mcp-session-id': `${id}.1` },
      { cookie: `_mcp_backend=${cookieValue(urls[i]!)}` },
    ] as Record<string, string>[])
      assert.equal((await traefik.ask('/mcp', headers)).text, url);
});

const log = createLog({ level: 'silent' });

/** The nodes that have routes in Traefik. */
const routed = (traefik: Traefik, names: readonly string[]) =>
  traefik.until(
    () => traefik.listed('routers'),
    (seen) =>
      enabled(seen)
        .flatMap((name) => /^node-(.*)@redis$/.exec(name)?.slice(1) ?? [])
        .sort()
        .join() === names.join(),
  );

/** Traefik waits two seconds between changes, which is too long for a test. */
const promptly = (fixed: string): string =>
  fixed.replace('providers:', 'providers:\n  providersThrottleDuration: 100ms');

test('three nodes announce themselves, a fourth joins, one drains and leaves, and no file was edited', {
  skip,
}, async (t) => {
  const redis = await startRedis(t);
  const topology = await liveTopology(['http://nobody.invalid'], { registry: redis.url });
  const traefik = startTraefik(t, topology, promptly(redisFiles(topology)[0]!.text));
  const join = async (id: string) => {
    const { url } = await startNode(t);
    const announcement = announce({ node: { id, url }, topology, redis: redis.url, log, beatMs: 500 });
    t.after(() => announcement.leave());
    return { ...announcement, id, url };
  };
  const nodes = await Promise.all(['n1', 'n2', 'n3'].map(join));
  await routed(traefik, ['n1', 'n2', 'n3']);
  const met = async (headers: Readonly<Record<string, string>> = {}): Promise<string[]> => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => traefik.ask('/mcp', headers)));
    return [...new Set(answers.map(({ text }) => nodes.find(({ url }) => url === text)?.id ?? text))].sort();
  };
  for (const { id, url } of nodes) {
    assert.deepEqual(await met({ 'mcp-session-id': `${id}.1` }), [id]);
    assert.deepEqual(await met({ cookie: `_mcp_backend=${cookieValue(url)}` }), [id]);
  }
  nodes.push(await join('n4'));
  await routed(traefik, ['n1', 'n2', 'n3', 'n4']);
  assert.deepEqual(await met(), ['n1', 'n2', 'n3', 'n4']);

  const own = { 'mcp-session-id': 'n1.1' };
  await nodes[0]!.drain();
  await traefik.until(met, (seen) => !seen.includes('n1'));
  assert.deepEqual(await met(), ['n2', 'n3', 'n4']);
  assert.deepEqual(await met(own), ['n1']);
  await nodes[0]!.leave();
  await routed(traefik, ['n2', 'n3', 'n4']);
  assert.deepEqual(await met({ ...own, cookie: `_mcp_backend=${cookieValue(nodes[1]!.url)}` }), ['n2']);
  // At once: nothing renews them while this process waits for an answer.
  const [lasting, all] = spawnSync('redis-cli', ['-p', `${redis.port}`, '-n', '1', 'eval', COUNT, '0'], {
    encoding: 'utf8',
  }).stdout.split('\n');
  assert.equal(lasting, '0');
  assert.equal(Number(all) > 50, true);
});

const COUNT = `local lasting, all = 0, redis.call('KEYS', '*')
for _, key in ipairs(all) do if redis.call('PTTL', key) < 0 then lasting = lasting + 1 end end
return { lasting, #all }`;

test('a node started with --announce registers itself with Traefik, and removes itself at its end', {
  skip,
}, async (t) => {
  const redis = await startRedis(t);
  const topology = await liveTopology(['http://nobody.invalid'], { registry: redis.url });
  const file = join(folderOf(t), 'topology.yaml');
  writeFileSync(file, JSON.stringify(topology));
  const traefik = startTraefik(t, topology, promptly(redisFiles(topology)[0]!.text));
  const args = ['--announce', file, '--redis', redis.url, '--name', 'n1', '--port', '0', '--log-level', 'error'];
  const child = spawn(process.execPath, ['--import', 'tsx/esm', 'node/main.ts', ...args], {
    cwd: ROOT,
    stdio: 'ignore',
  });
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  await routed(traefik, ['n1']);
  assert.equal((await traefik.ask('/mcp', { 'mcp-session-id': 'n1.1' })).headers['x-mooring-node'], 'n1');
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
  const left = spawnSync('redis-cli', ['-p', `${redis.port}`, '-n', '1', 'keys', '*n1*'], { encoding: 'utf8' });
  assert.equal(left.stdout.trim(), '');
});
