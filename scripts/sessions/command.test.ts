import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { createServer } from '../../node/example/minimal.ts';
import { startNode } from '../../node/start-node.ts';
import { silentLog } from '../../shared/log.ts';
import { startEmbeddedRedis } from '../../shared/registry/embedded/server.ts';
import { RedisRegistry } from '../../shared/registry/redis-registry.ts';
import { parseNodeId } from '../../shared/registry/session-id.ts';
import { announced, ask, faults, probe, runRedis } from '../../shared/registry/test-bench.ts';
import { sessionOn } from '../../shared/registry/test-contract.ts';
import { runCommand, runMooring, startMooring } from '../explain/test-run.ts';
import { command } from './command.ts';

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'try', version: '1' } },
};

const openSession = async (url: string): Promise<string> => {
  const answer = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify(INITIALIZE),
  });
  await answer.text();
  return answer.headers.get('mcp-session-id') ?? '';
};

test('sessions of a running node are listed, watched and explained, until it is gone', {
  timeout: 120_000,
}, async (t) => {
  const redis = await startEmbeddedRedis();
  t.after(() => redis.stop());
  const node = await startNode({
    name: parseNodeId('n1')!,
    createServer,
    log: silentLog(),
    joinRegistry: (self) => new RedisRegistry({ url: redis.url, self, log: silentLog() }),
  });
  t.after(() => node.stop());
  const id = await openSession(node.url);
  const env = { REDIS_URL: redis.url };

  const listed = await runMooring(['sessions'], env);
  assert.deepEqual([listed.code, listed.err], [0, '']);
  assert.match(
    listed.out,
    /^1 session on 1 node\n\nn1 {2}http:\S+ {2}1 session, 0 open answers, 0 running calls\n {2}n1\.\S+… .* live {2}try\/1\n/,
  );
  assert.ok(!listed.out.includes(id));

  const history = JSON.parse((await runCommand(command, ['why', id, '--redis', redis.url, '--json'])).out);
  assert.deepEqual([history.state, history.owner.node], ['live', 'n1']);

  const watch = startMooring(['sessions', '--watch', '--json'], env);
  t.after(() => watch.kill('SIGKILL'));
  const said = createInterface(watch.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<string> => JSON.parse((await said.next()).value).event;
  assert.equal(await next(), 'watching');
  await openSession(node.url);
  assert.equal(await next(), 'opened');
  watch.kill('SIGINT');

  await node.stop();
  const after = await runCommand(command, ['why', id, '--redis', redis.url]);
  assert.equal(after.code, 1);
  assert.match(after.out, /is not known|is lost/);
});

test('a registry without nodes is reported', async (t) => {
  const redis = await startEmbeddedRedis();
  t.after(() => redis.stop());
  const { out, code } = await runCommand(command, ['--redis', redis.url]);
  assert.match(out, /^no node is in this registry\n {2}help: is it the Redis that the nodes have\?/);
  assert.equal(code, 0);
});

for (const { when, args, code, says } of [
  { when: 'no registry is named', args: [], code: 2, says: /which registry\?/ },
  { when: 'the URL is none', args: ['--redis', 'http://x'], code: 2, says: /none of redis:\/\// },
  { when: 'Redis is away', args: ['--redis', 'redis://127.0.0.1:1'], code: 1, says: /help: is it running there\?/ },
  { when: 'why has no id', args: ['why'], code: 2, says: /why takes one session id/ },
  { when: 'the word is unknown', args: ['list'], code: 2, says: /no action "list"/ },
])
  test(`sessions ends with ${code} when ${when}`, async () => {
    const run = await runCommand(command, args);
    assert.match(run.out + run.err, says);
    assert.equal(run.code, code);
  });

test('the history of a whole id takes two Redis commands, however many sessions there are', faults, async (t) => {
  const redis = await runRedis(t);
  const { registry } = await announced(t, { url: redis.url, heartbeatMs: 60_000 });
  const sessions = Array.from({ length: 600 }, () => sessionOn('n1'));
  await Promise.all(sessions.map((session) => registry.open(session)));
  const link = await probe(t, redis.url);
  await ask(link, 'CONFIG', 'RESETSTAT');
  const { id } = sessions[300]!;
  const { out } = await runCommand(command, ['why', id, '--redis', redis.url, '--json']);
  const { state, node, session } = JSON.parse(out);
  assert.deepEqual([state, node, session.node], ['silent', 'n1', 'n1']);
  const stats = String(await ask(link, 'INFO', 'commandstats'));
  const calls = Object.fromEntries([...stats.matchAll(/cmdstat_(\w+):calls=(\d+)/g)].map(([, name, n]) => [name, n]));
  assert.deepEqual([calls.get, calls.scan], ['2', undefined]);
});
