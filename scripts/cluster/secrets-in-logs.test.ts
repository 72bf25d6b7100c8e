import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import { noTraefik } from '../../shared/traefik-binary.ts';
import type { Cluster, ClusterOptions } from './cluster.ts';
import { startCluster } from './start-cluster.ts';
import { openSession, ping } from './test-session.ts';

const TOKEN = 'a-token-that-nobody-may-read';

/** Everything that nodes and proxy log at the most verbose level. */
const talkative = async (t: TestContext, proxy: ClusterOptions['proxy'] & string) => {
  const lines: string[] = [];
  const cluster = await startCluster({
    proxy,
    nodeArguments: ['--log-level', 'trace', '--grace-seconds', '1'],
    onEvent: (event) => void (event.kind === 'line' && lines.push(`${event.from}: ${event.line}`)),
  });
  t.after(() => cluster.close());
  return { cluster, lines };
};

const ask = async ({ mcp }: Cluster, method: string, headers: Record<string, string>): Promise<void> => {
  const secrets = { authorization: `Bearer ${TOKEN}`, cookie: `mine=${TOKEN}` };
  const accept = 'application/json, text/event-stream';
  const body = method === 'POST' ? '{"jsonrpc":"2.0","id":1,"method":"ping"}' : undefined;
  const sent = { method, headers: { accept, 'content-type': 'application/json', ...secrets, ...headers } };
  await fetch(mcp, body === undefined ? sent : { ...sent, body }).then((answer) => answer.body?.cancel());
};

for (const proxy of ['router', 'traefik'] as const)
  test(`${proxy}: nobody who reads the logs can take over a session`, {
    skip: proxy === 'traefik' && noTraefik(),
  }, async (t) => {
    const { cluster, lines } = await talkative(t, proxy);
    const sessions = [await openSession(cluster.mcp), await openSession(cluster.mcp), await openSession(cluster.mcp)];
    const unknown = `n1.${randomUUID()}`;
    const [first, second, dies] = sessions as [(typeof sessions)[0], (typeof sessions)[0], (typeof sessions)[0]];
    await ping(cluster.mcp, first);
    for (const id of [unknown, `n9.${randomUUID()}`, randomUUID(), `${first.id}x`, 'n1.', `${first.id}, ${second.id}`])
      for (const method of ['POST', 'GET', 'DELETE']) await ask(cluster, method, { 'mcp-session-id': id });
    await ask(cluster, 'GET', { 'mcp-session-id': first.id, 'last-event-id': `${first.id}_7` });
    await ask(cluster, 'DELETE', { 'mcp-session-id': first.id });
    await ask(cluster, 'POST', { 'mcp-session-id': first.id });
    await cluster.drain(second.node);
    await ping(cluster.mcp, second);
    await cluster.kill(dies.node);
    await ask(cluster, 'POST', { 'mcp-session-id': dies.id });
    await cluster.close();
    assert.notEqual(lines.length, 0);
    const secrets = [...sessions.map(({ id }) => id), unknown].map((id) => id.slice(id.indexOf('.') + 1));
    assert.deepEqual(
      lines.filter((line) => [TOKEN, ...secrets].some((secret) => line.includes(secret))),
      [],
    );
  });
