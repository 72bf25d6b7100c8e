import assert from 'node:assert/strict';
import test from 'node:test';
import { paintWith } from '../cli/paint.ts';
import type { Cluster, ClusterNode } from '../cluster/cluster.ts';
import { type ActionContext, performAction } from './actions.ts';

const done: string[] = [];
const note = (what: string) => async (node?: string) => void done.push(node === undefined ? what : `${what} ${node}`);
const node = (id: string, more: Partial<ClusterNode> = {}) =>
  ({ id, state: 'up', draining: false, ...more }) as ClusterNode;
const names = ['kill', 'stop', 'start', 'restart', 'drain', 'undrain', 'stopRedis', 'startRedis'] as const;
const cluster = {
  nodes: () => [node('n1'), node('n2', { state: 'down', draining: true }), node('n3', { state: 'frozen' })],
  sessions: async () => [],
  ...Object.fromEntries(names.map((name) => [name, note(name)])),
} as unknown as Cluster;
const demo = { on: false, start: note('demo on'), stop: note('demo off') };

const perform = async (...[action, ...args]: readonly [string, ...string[]]) => {
  done.length = 0;
  const context = { cluster, demo, redisUp: true } as unknown as ActionContext;
  const asker = { paint: paintWith(false), hint: (...words: unknown[]) => `<${words.filter(Boolean).join(' ')}>` };
  const told = await performAction(context, { action, args, asker }).then(
    ({ text }) => text,
    (error: Error) => `refused: ${error.message}`,
  );
  return [told, ...done];
};

for (const [call, says, ...does] of [
  ['redis', /^refused: redis stop, or redis start\? It is up$/],
  ['redis off', /^refused: redis stop, or redis start\? It is up; redis off is neither$/],
  ['redis stop', /<redis start> brings it back/, 'stopRedis'],
  ['redis start', /^Redis is up already$/, 'startRedis'],
  ['kill n1', /n1 was killed.*<restart n1> brings it back/, 'kill n1'],
  ['kill n2', /^n2 was down already; <restart n2>/, 'kill n2'],
  ['stop n2', /^n2 was down already/, 'stop n2'],
  ['start n1', /^n1 is up already$/, 'start n1'],
  ['start n3', /^refused: n3 is frozen, and not down/],
  ['drain n2', /^n2 drains already/, 'drain n2'],
  ['undrain n1', /^n1 takes new sessions: it did not drain$/, 'undrain n1'],
  ['kill n1 n2', /^refused: it is kill NODE; "n2" is one too many$/],
  ['kill', /^refused: which node\? n1, n2, n3$/],
  ['sessions', /^no sessions yet: <demo> makes some$/],
  ['demo', /<demo> ends it/, 'demo on'],
  ['kil n1', /^refused: dev has no "kil"; did you mean kill\?$/],
  ['constructor', /^refused: dev has no "constructor"; it has nodes/],
] as const)
  test(`${call}: ${says.source}`, async () => {
    const [told, ...did] = await perform(...(call.split(' ') as [string, ...string[]]));
    assert.match(told!, says);
    assert.deepEqual(did, does);
  });
