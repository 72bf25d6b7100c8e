import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { startEmbeddedRedis } from '../../shared/registry/embedded/server.ts';
import { announced } from '../../shared/registry/test-bench.ts';
import { sessionOn } from '../../shared/registry/test-contract.ts';
import { generateFiles } from '../../shared/traefik/generate-files.ts';
import type { Terminal } from '../cli/terminal.ts';
import { command } from './command.ts';
import { countLosses, losesSessions } from './losses.ts';
import { type Plan, planOf } from './plan.ts';
import { sideOf } from './read-side.ts';

const REST = 'entryPoints: { web: { address: ":80" } }\ncookie: { secure: false, name: c }\n';
const node = (n: number, more = ''): string => `  - { id: n${n}, url: "http://n${n}"${more} }\n`;
const topology = (nodes = node(1) + node(2) + node(3), rest = ''): string => `nodes:\n${nodes}${REST}${rest}`;
const OLD = topology();
/** The old cookies: hashes of URLs. */
const BY_URL = OLD.replace('name: c', 'name: c, of: url');

const plan = (before: string, after: string): Plan => planOf(sideOf('old.yaml', before), sideOf('new.yaml', after));

/** `n2 session-id moves to n1 n3: why` for every pin that does not hold. */
const broken = ({ nodes }: Plan, without: readonly string[] = ['both', 'handle']): string[] =>
  nodes.flatMap(({ node, url, pins }) =>
    pins
      .filter(({ fate, by }) => fate !== 'stays' && !without.includes(by))
      .map(({ by, fate, to, why }) => `${node ?? url} ${by} ${fate} ${to.join(' ')}: ${why}`),
  );

const GOES_ON = 'and they continue only if the same process answers there';

for (const row of [
  { what: 'nothing changes', after: OLD, broken: [] },
  { what: 'a node begins to drain', after: topology(node(1) + node(2, ', state: draining') + node(3)), broken: [] },
  { what: 'a node is added', after: topology(node(1) + node(2) + node(3) + node(4)), broken: [] },
  { what: 'another route is added', after: topology(undefined, 'routes: [{ name: x, prefix: /x }]\n'), broken: [] },
  {
    what: 'a node is taken out',
    after: topology(node(1) + node(2, ', state: out') + node(3)),
    broken: ['n2 session-id moves n1 n3: n2 is out', 'n2 cookie moves n1 n3: n2 is out'],
  },
  {
    what: 'a node is removed',
    after: topology(node(1) + node(3)),
    broken: ['n2 session-id moves n1 n3: n2 is removed', 'n2 cookie moves n1 n3: n2 is removed'],
  },
  {
    what: 'a port is written out: the server is the same, and its name too',
    after: OLD.replace('"http://n2"', '"http://n2:80"'),
    broken: [],
  },
  { what: 'the cookie becomes a hash of something else', after: BY_URL, broken: [] },
  { what: 'it becomes one of the name', before: BY_URL, after: OLD, broken: [] },
  {
    what: 'a port is written out, and the cookie is a hash of that',
    before: BY_URL,
    after: BY_URL.replace('"http://n2"', '"http://n2:80"'),
    broken: [
      'n2 cookie moves http://n2:80 n1 n3: its URL is written http://n2:80 now, and the cookie is a hash of that text',
    ],
  },
  {
    what: 'a node moves to another address',
    after: OLD.replace('"http://n2"', '"http://other"'),
    broken: [
      `n2 session-id moves http://other: n2 is http://other now, ${GOES_ON}`,
      `n2 cookie moves http://other: n2 is http://other now, ${GOES_ON}`,
    ],
  },
  {
    what: 'ids no longer count',
    after: topology(undefined, 'affinity: cookie\n'),
    broken: [1, 2, 3].map(
      (n) =>
        `n${n} session-id moves http://n${n} ${[1, 2, 3]
          .filter((m) => m !== n)
          .map((m) => `n${m}`)
          .join(' ')}: no route takes the session ids of n${n} any more`,
    ),
  },
]) {
  test(`clients when ${row.what}`, () => assert.deepEqual(broken(plan(row.before ?? OLD, row.after)), row.broken));
}

test('a new tag keeps sessions while `formerly` has the old prefix, and only those', () => {
  const tagged = topology(node(1) + node(2, ', tag: k7, formerly: [n2]') + node(3));
  assert.deepEqual(broken(plan(OLD, tagged), []), []);
  const dropped = topology(node(1) + node(2, ', tag: k7') + node(3));
  const lost = ['n2 session-id moves http://n2 n1 n3: no route takes the session ids of n2 any more'];
  assert.deepEqual(broken(plan(OLD, dropped)), lost);
  assert.deepEqual(broken(plan(tagged, dropped), []), []);
  const items = ['n2', 'k7'].map((prefix) => ({ ...sessionOn(prefix), node: 'n2', boot: 'a', state: 'live' as const }));
  const listed = { kind: 'listed', complete: true, items } as unknown as Parameters<typeof countLosses>[1];
  const losses = countLosses(plan(tagged, dropped).nodes, listed);
  assert.deepEqual(losses.kind === 'counted' && losses.nodes, [{ node: 'n2', live: 2, lost: 0, atRisk: 1 }]);
  const uncounted = { kind: 'uncounted', why: '' } as const;
  assert.deepEqual(
    [tagged, dropped].map((after) => losesSessions(plan(tagged, after).nodes, uncounted)),
    [false, true],
  );
});

test('a renamed cookie, a new prefix and a new host are reported for every node', () => {
  const one = topology(node(1) + node(2));
  assert.match(
    broken(plan(one, one.replace('name: c', 'name: d')))[0]!,
    /^n1 cookie moves .*: the cookie is d now, not c$/,
  );
  assert.match(
    broken(plan(one, `${one}prefix: /v2\n`))[0]!,
    /^n1 session-id moves .*: the endpoint is at \/v2 now, not at \/mcp$/,
  );
  assert.match(
    broken(plan(one, `${one}hosts: [h]\n`))[0]!,
    /^n1 session-id refused : nothing is routed at \/mcp on web/,
  );
});

test('handles and tasks are lost with a removed node, and when they are no longer routed', () => {
  const others = ['session-id', 'cookie', 'both'];
  assert.deepEqual(broken(plan(OLD, topology(node(1) + node(2, ', state: draining') + node(3))), others), []);
  assert.deepEqual(broken(plan(OLD, topology(node(1) + node(3))), others), ['n2 handle moves n1 n3: n2 is removed']);
  const unrouted = topology(undefined, 'handles: false\n');
  assert.deepEqual(broken(plan(OLD, unrouted), []), [
    'n1 handle moves http://n1 n2 n3: no route takes the handles and tasks of n1 any more',
    'n2 handle moves http://n2 n1 n3: no route takes the handles and tasks of n2 any more',
    'n3 handle moves http://n3 n1 n2: no route takes the handles and tasks of n3 any more',
  ]);
  assert.deepEqual(broken(plan(unrouted, OLD), []), []);
});

test('handles without a route are lost, and sessions are not', () => {
  const items = [{}, { kind: 'handle' }, { kind: 'task' }].map((what) => ({
    ...sessionOn('n2'),
    ...what,
    node: 'n2',
    boot: 'a',
    state: 'live' as const,
  }));
  const listed = { kind: 'listed', complete: true, items } as unknown as Parameters<typeof countLosses>[1];
  const lossesOf = (after: string) => countLosses(plan(OLD, after).nodes, listed);
  const counted = (lost: number) => ({
    kind: 'counted',
    complete: true,
    nodes: [{ node: 'n2', live: 3, lost, atRisk: 0 }],
  });
  assert.deepEqual(lossesOf(topology(undefined, 'handles: false\n')), counted(2));
  assert.deepEqual(lossesOf(topology(node(1) + node(3))), counted(3));
});

test('a draining node that goes out loses the clients pinned only by the cookie', () => {
  const draining = topology(node(1) + node(2, ', state: draining'));
  const found = broken(plan(draining, draining.replace('draining', 'out')));
  assert.deepEqual(
    found.map((line) => line.slice(0, 18)),
    ['n2 session-id move', 'n2 cookie moves n1'],
  );
});

test('the old and the new cookie value are shown if only the spelling of its URL changed', () => {
  const { nodes } = plan(BY_URL, BY_URL.replace('"http://n2"', '"http://n2:80"'));
  assert.deepEqual(
    nodes.map(({ cookie }) => cookie?.after),
    [undefined, '7bae997006ae982e', undefined],
  );
});

test('every router, service and server that differs is named, and settings that need a restart of Traefik', () => {
  const after = `${topology(node(1) + node(2))}observe: { logLevel: DEBUG }\n`;
  const { parts, restart, takers } = plan(OLD, after);
  assert.deepEqual(
    parts.map(({ change, kind, name, details }) => [change, kind, name, ...details].join(' ')),
    [
      'removed router node-n3',
      'removed router cookie-n3',
      'removed router handle-n3',
      'removed service only-n3',
      'removed service node-n3',
      'removed service ready-n3',
      'changed service alive - service only-n3',
      'changed service mcp-ready - service ready-n3',
      'changed service default-ready - service ready-n3',
    ],
  );
  assert.deepEqual([restart, takers], [['log'], { before: ['n1', 'n2', 'n3'], after: ['n1', 'n2'] }]);
});

test("Traefik's own files are compared as well as topologies, and with them", () => {
  const generated = generateFiles(sideOf('old.yaml', OLD).topology!, { dynamicFile: 'dynamic.yml' }).dynamic;
  assert.deepEqual(plan(OLD, generated).parts, []);
  const fewer = generated.replaceAll('          - url: http://n2\n', '          - url: http://n9\n');
  assert.deepEqual(
    broken(plan(generated, fewer)).map((line) => line.split(':')[0]),
    ['n2 session-id moves http', 'n2 cookie moves http'],
  );
});

for (const row of [
  { what: 'a node that goes', after: topology(node(1) + node(3)), n2: { lost: 2, atRisk: 0 } },
  { what: 'a URL written otherwise', after: OLD.replace('"http://n2"', '"http://n2:80"'), n2: { lost: 0, atRisk: 0 } },
  { what: 'ids that no longer count', after: topology(undefined, 'affinity: cookie\n'), n2: { lost: 0, atRisk: 2 } },
  { what: 'a cookie of another name', after: OLD.replace('name: c', 'name: d'), n2: { lost: 0, atRisk: 0 } },
]) {
  test(`live sessions are counted by what their clients send: ${row.what}`, () => {
    const items = ['live', 'live', 'abandoned'].map((state) => ({ ...sessionOn('n2'), node: 'n2', boot: 'a', state }));
    const listed = { kind: 'listed', complete: true, items } as unknown as Parameters<typeof countLosses>[1];
    const losses = countLosses(plan(OLD, row.after).nodes, listed);
    assert.deepEqual(losses, { kind: 'counted', complete: true, nodes: [{ node: 'n2', live: 2, ...row.n2 }] });
  });
}

const said = (): { readonly terminal: Terminal; readonly lines: string[] } => {
  const lines: string[] = [];
  const print = (text: string): void => void lines.push(text);
  const signal = new AbortController().signal;
  return { lines, terminal: { print, complain: print, interactive: false, color: false, env: {}, signal } };
};

test('the command counts live sessions, says what would be lost, and exits with 1', { timeout: 120_000 }, async (t) => {
  const redis = await startEmbeddedRedis();
  t.after(redis.stop);
  const { registry } = await announced(t, { url: redis.url, node: 'n2' });
  await registry.open(sessionOn('n2'));
  const folder = await mkdtemp(join(tmpdir(), 'plan-'));
  t.after(() => rm(folder, { recursive: true }));
  const [before, after] = [join(folder, 'old.yaml'), join(folder, 'new.yaml')];
  await writeFile(before, OLD);
  await writeFile(after, topology(node(1) + node(3)));
  const { terminal, lines } = said();
  assert.equal(await command.run([before, after, '--redis', redis.url], terminal), 1);
  assert.match(
    lines.join('\n'),
    /n2 {2}1 session, lost\n[\s\S]*1 of 1 session would be lost\n {2}next {2}npm run drain -- n2 --topology/,
  );
  assert.equal(await command.run([before, before, '--redis', redis.url], terminal), 0);
  assert.equal(await command.run([before], terminal), 2);
  await writeFile(after, 'nodes: []\n');
  assert.equal(await command.run([before, after], terminal), 1);
  assert.match(lines.at(-1)!, /new\.yaml:1:1/);
});
