/** Sessions on real Traefik and on the router while nodes drain, are full, die and move. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { setInterval, setTimeout as wait } from 'node:timers/promises';
import type { Topology } from '../topology/topology.ts';
import { cookieValue } from './cookie-value.ts';
import { pinTexts } from './parts.ts';
import { ask, becomes, type Judged, requestTo, skip, startBoth, topologyOf, until, whoAnswers } from './test-bench.ts';

const QUICK_MS = 300;
const QUICK = `${QUICK_MS}ms`;
const ofId = (id: string) => ({ 'mcp-session-id': `${id}.0b1c` });
const FOREIGN = { 'mcp-session-id': '0b1c' };
const cookieOf = ({ topology }: Judged, id: string, form = 0): string =>
  cookieValue(pinTexts(topology.nodes.find((node) => node.id === id)!)[form]!);
/** A client pinned only by its cookie: a hash of the node's name, or of its URL. */
const byCookie = (judged: Judged, id: string, form = 0) => ({
  ...FOREIGN,
  cookie: `a="b"; _mcp_backend=${cookieOf(judged, id, form)}; c=d`,
});

test('a draining node keeps its sessions, by id and by cookie, and gets no new ones', { skip }, async (t) => {
  for (const affinity of ['both', 'cookie', 'session-id'] as const) {
    const both = await startBoth(t, topologyOf({ affinity, nodes: ['active', 'draining', 'out'] }));
    for (const judged of both) {
      const pin = `_mcp_backend=${cookieOf(judged, 'n2')}`;
      const nodeOf = async (headers: Readonly<Record<string, string>>) =>
        (await whoAnswers(judged, headers)).replace('+', '');
      const kept = affinity === 'session-id' ? 'n1' : 'n2';
      assert.equal(await nodeOf({}), 'n1', 'new');
      assert.equal(await nodeOf({ cookie: pin }), 'n1', 'new, with the cookie');
      assert.equal(await nodeOf({ ...ofId('n2'), cookie: pin }), 'n2', 'own');
      assert.equal(await nodeOf(byCookie(judged, 'n2')), kept, 'by the cookie alone');
      assert.equal(await nodeOf(byCookie(judged, 'n2', 1)), kept, 'by the cookie of before');
      assert.equal(await nodeOf({ ...FOREIGN, cookie: `x${pin}` }), 'n1', 'another cookie');
      assert.equal(await nodeOf({ ...FOREIGN, cookie: `${pin}0` }), 'n1', 'another value');
      assert.equal(await nodeOf(ofId('n2')), affinity === 'cookie' ? 'n1' : 'n2', 'by the id alone');
      assert.equal(await nodeOf(ofId('n3')), 'n1', 'a session of the one that is out');
    }
  }
});

test('a node that takes no new sessions keeps its own, by id and by cookie, and gets no others', {
  skip,
}, async (t) => {
  const both = await startBoth(t, topologyOf({ nodes: ['active', 'active'] }), QUICK);
  both[0].stubs[1]!.ready = 503;
  for (const judged of both) {
    await becomes(() => whoAnswers(judged), 'n1+');
    assert.equal(await whoAnswers(judged, { cookie: `_mcp_backend=${cookieOf(judged, 'n2')}` }), 'n1+');
    assert.equal(await whoAnswers(judged, {}, '/graphql'), 'n1');
    assert.equal(await whoAnswers(judged, ofId('n2')), 'n2');
    for (const form of [0, 1]) assert.equal(await whoAnswers(judged, byCookie(judged, 'n2', form)), 'n2');
  }
});

test('while no node takes new sessions the live nodes answer, also for a dead one', { skip }, async (t) => {
  const both = await startBoth(t, topologyOf({ nodes: ['active', 'active', 'active'] }), QUICK);
  for (const stub of both[0].stubs) stub.ready = 503;
  for (const judged of both) {
    await becomes(() => whoAnswers(judged), 'n1 n2 n3');
    assert.equal(await whoAnswers(judged, {}, '/graphql'), 'n1 n2 n3');
    assert.equal(await whoAnswers(judged, byCookie(judged, 'n2')), 'n2');
  }
  both[0].stubs[1]!.stop();
  for (const judged of both) {
    await becomes(() => whoAnswers(judged, ofId('n2')), 'n1 n3');
    assert.equal(await whoAnswers(judged, byCookie(judged, 'n2')), 'n1 n3');
    assert.equal(await whoAnswers(judged, {}, '/graphql'), 'n1 n3');
    assert.equal(await whoAnswers(judged), 'n1 n3');
  }
});

test('a client pinned only by its cookie keeps it while its node does not answer, and continues when it does', {
  skip,
}, async (t) => {
  const both = await startBoth(t, topologyOf({ nodes: ['active', 'active'] }), QUICK);
  const [, node] = both[0].stubs;
  const answers = async (status: number): Promise<void> => {
    node!.live = status;
    node!.ready = status;
    for (const judged of both)
      await becomes(() => whoAnswers(judged, byCookie(judged, 'n2')), status === 200 ? 'n2' : 'n1');
  };
  await answers(500);
  for (const judged of both) assert.equal(await whoAnswers(judged, ofId('n2')), 'n1');
  await answers(200);
});

test('neither a changed URL nor a change of `cookie.of` moves a client', {
  skip,
}, async (t) => {
  const both = await startBoth(t, topologyOf({ nodes: ['active', 'active'] }));
  for (const judged of both) {
    const { topology } = judged;
    const pins = [0, 1].map((form) => byCookie(judged, 'n2', form));
    const fresh = { cookie: `_mcp_backend=${cookieOf(judged, 'n2')}` };
    const elsewhere = topology.nodes.map((node) => ({ ...node, url: node.url.replace('127.0.0.1', 'localhost') }));
    await followed(judged, { ...topology, nodes: elsewhere }, 'https://first.example');
    for (const headers of [fresh, pins[0]!]) assert.equal(await whoAnswers(judged, headers), 'n2');
    await followed(judged, { ...topology, cookie: { ...topology.cookie, of: 'url' } }, 'https://second.example');
    for (const headers of pins) assert.equal(await whoAnswers(judged, headers), 'n2');
    assert.equal(await whoAnswers(judged, fresh), 'n1+ n2+');
  }
});

/** The proxy has loaded the topology when it allows the new origin. */
const followed = async (judged: Judged, topology: Topology, origin: string): Promise<void> => {
  judged.become({ ...topology, cors: { origins: [origin] } });
  const request = requestTo(judged, { entryPoint: 'web', path: '/mcp', headers: { origin } });
  await until(judged.proxy, request, ({ headers }) => headers['access-control-allow-origin'] === origin);
};

test('of two cookies with the name the first counts, even if it names a draining node', { skip }, async (t) => {
  const both = await startBoth(t, topologyOf({ nodes: ['active', 'draining', 'active'] }));
  for (const judged of both) {
    const cookies = (...ids: string[]) => ({
      ...FOREIGN,
      cookie: ids.map((id) => `_mcp_backend=${id.length > 2 ? id : cookieOf(judged, id)}`).join('; '),
    });
    assert.equal(await whoAnswers(judged, cookies('n2', 'n1')), 'n2');
    assert.equal(await whoAnswers(judged, cookies('n1', 'n2')), 'n1');
    assert.equal(await whoAnswers(judged, cookies('n3', 'n1')), 'n3');
    assert.equal(await whoAnswers(judged, cookies('unknown', 'n2')), 'n1+ n3+');
  }
});

/** Begins a session every 15 ms, until the test asks for the results. */
const beginSessions = (judged: Judged) => {
  const over = new AbortController();
  const outcomes: Promise<string>[] = [];
  const request = requestTo(judged, { entryPoint: 'web', path: '/mcp', method: 'POST' });
  const outcome = (): Promise<string> => ask(request).then(({ status }) => `${status}`, String);
  const ended = (async () => {
    for await (const _ of setInterval(15, undefined, over)) outcomes.push(outcome());
  })().catch(() => undefined);
  return async (): Promise<{ begun: number; failed: string[] }> => {
    over.abort();
    await ended;
    const seen = await Promise.all(outcomes);
    return { begun: seen.length, failed: seen.filter((one) => one !== '200') };
  };
};

test('a node that stops fails no new session, when it stays for an interval and a timeout after it is not ready', {
  skip,
}, async (t) => {
  const both = await startBoth(t, topologyOf({ nodes: ['active', 'active', 'active'] }), QUICK);
  const [, node] = both[0].stubs;
  const told = both.map(beginSessions);
  await wait(2 * QUICK_MS);
  node!.ready = 503;
  await wait(2 * QUICK_MS);
  node!.stop();
  await wait(2 * QUICK_MS);
  for (const tell of told) {
    const { begun, failed } = await tell();
    assert.deepEqual(failed, []);
    assert.equal(begun > 20, true);
  }
});
