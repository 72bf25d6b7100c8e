/** The whole system: real SDK clients, real nodes, real Redis if there is one, behind the router and Traefik. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport, StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import makeFetchCookie from 'fetch-cookie';
import { Agent, fetch as undiciFetch } from 'undici';
import { noTraefik } from '../../shared/traefik-binary.ts';
import type { Cluster, ClusterOptions } from './cluster.ts';
import { startCluster } from './start-cluster.ts';
import { openSession, ping } from './test-session.ts';

const CALLS = 20;

const open = async (t: TestContext, options: ClusterOptions): Promise<Cluster> => {
  const cluster = await startCluster(options);
  t.after(() => cluster.close());
  return cluster;
};

type Connected = { readonly client: Client; readonly session: string; readonly node: string };

/** The certificate is new and self-signed. */
const trusting = (t: TestContext): typeof fetch => {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  t.after(() => dispatcher.destroy());
  return ((url: string, init: object) => undiciFetch(url, { ...init, dispatcher })) as unknown as typeof fetch;
};

const connect = async (t: TestContext, cluster: Cluster, cookies: boolean): Promise<Connected> => {
  const plain = cluster.url.startsWith('https:') ? trusting(t) : fetch;
  const transport = new StreamableHTTPClientTransport(new URL(cluster.mcp), {
    fetch: (cookies ? makeFetchCookie(plain) : plain) as typeof fetch,
  });
  const client = new Client({ name: cookies ? 'with-cookies' : 'without-cookies', version: '1' });
  await client.connect(transport as Parameters<Client['connect']>[0]);
  t.after(() => client.close().catch(() => undefined));
  const { node } = await whoami(client);
  return { client, session: transport.sessionId!, node };
};

const whoami = async (client: Client): Promise<{ node: string; session: string; count: number }> => {
  const { content } = (await client.callTool({ name: 'whoami' })) as { content: { text: string }[] };
  return JSON.parse(content[0]!.text);
};

const callsThatStayed = async ({ client, session, node }: Connected): Promise<number> => {
  let stayed = 0;
  for (let i = 0; i < CALLS; i++) {
    const answer = await whoami(client);
    if (answer.node === node && answer.session === session && answer.count === i + 2) stayed++;
  }
  return stayed;
};

/** The error that a client without its session gets; undefined if the call succeeded. */
const refusalOf = async (client: Client): Promise<StreamableHTTPError | undefined> => {
  try {
    await whoami(client);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof StreamableHTTPError, String(error));
    return error;
  }
};

for (const proxy of ['router', 'traefik'] as const) {
  const skip = proxy === 'traefik' && noTraefik();

  for (const [affinity, cookies, https] of [
    ['both', false, false],
    ['both', true, false],
    ['both', false, true],
    ['both', true, true],
    ['session-id', false, false],
    ['cookie', true, true],
  ] as const)
    test(`${proxy}, pinned by ${affinity}, ${https ? 'https' : 'http'}: ${CALLS} of ${CALLS} calls of clients ${cookies ? 'with' : 'without'} cookies stay at their node`, {
      skip,
    }, async (t) => {
      const cluster = await open(t, { proxy, affinity, https });
      const clients = [];
      for (let i = 0; i < 3; i++) clients.push(await connect(t, cluster, cookies));
      assert.deepEqual(new Set(clients.map(({ node }) => node)), new Set(['n1', 'n2', 'n3']));
      assert.deepEqual(await Promise.all(clients.map(callsThatStayed)), [CALLS, CALLS, CALLS]);
    });

  test(`${proxy}: a draining node keeps its sessions and takes no new ones`, { skip }, async (t) => {
    const cluster = await open(t, { proxy });
    const clients = [];
    for (let i = 0; i < 6; i++) clients.push(await connect(t, cluster, i % 2 === 0));
    await cluster.drain('n2');
    assert.deepEqual(
      await Promise.all(clients.map(callsThatStayed)),
      clients.map(() => CALLS),
    );
    for (let i = 0; i < 6; i++) assert.notEqual((await connect(t, cluster, i % 2 === 0)).node, 'n2');
    await cluster.undrain('n2');
    const nodes = [];
    for (let i = 0; i < 6; i++) nodes.push((await connect(t, cluster, false)).node);
    assert.ok(nodes.includes('n2'), nodes.join());
  });

  test(`${proxy}: clients of a killed node get the reason, and are back after one initialize`, {
    skip,
  }, async (t) => {
    const cluster = await open(t, { proxy });
    const clients = [];
    for (let i = 0; i < 3; i++) clients.push(await connect(t, cluster, false));
    const lost = clients.find(({ node }) => node === 'n2')!;
    await cluster.kill('n2');
    const told = await eventually(() => refusalOf(lost.client));
    assert.equal(told.code, 404);
    assert.match(told.message, /owner-gone|owner-restarted/);
    const again = await connect(t, cluster, false);
    assert.notEqual(again.node, 'n2');
    assert.equal(await callsThatStayed(again), CALLS);
    for (const other of clients.filter(({ node }) => node !== 'n2')) assert.equal(await callsThatStayed(other), CALLS);
  });
}

for (const proxy of ['router', 'traefik'] as const)
  test(`${proxy}: clients of a frozen node get 503, and their sessions are still there when it continues`, {
    skip: proxy === 'traefik' && noTraefik(),
  }, async (t) => {
    const cluster = await open(t, { proxy });
    let session = await openSession(cluster.mcp);
    while (session.node !== 'n2') session = await openSession(cluster.mcp);
    await cluster.freeze('n2');
    // Its clients wait until it is out; the test is about what they get then.
    const told = async (): Promise<number> => {
      const asked = await ping(cluster.mcp, session, AbortSignal.timeout(500)).catch(() => undefined);
      return asked?.status ?? told();
    };
    assert.equal(await told(), 503);
    await cluster.thaw('n2');
    while ((await told()) === 503) await wait(100);
    assert.deepEqual(await ping(cluster.mcp, session), { status: 200, node: 'n2' });
  });

/** Until the next health check a dead node's clients get 502. */
const eventually = async (ask: () => Promise<StreamableHTTPError | undefined>): Promise<StreamableHTTPError> => {
  for (;;) {
    const refusal = await ask();
    assert.ok(refusal, 'a call of a session whose node is dead went through');
    if (refusal.code !== 502) return refusal;
  }
};
