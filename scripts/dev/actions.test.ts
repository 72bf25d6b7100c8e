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
  ['redis', /^refused: redis stop or redis start\? It is up$/],
  ['redis off', /^refused: redis stop or redis start\? It is up; there is no redis off$/],
  ['redis stop', /<redis start> brings it back/, 'stopRedis'],
  ['redis start', /^Redis is already up$/, 'startRedis'],
  ['kill n1', /n1 was killed.*<restart n1> brings it back/, 'kill n1'],
  ['kill n2', /^n2 was already down; <restart n2>/, 'kill n2'],
  ['stop n2', /^n2 was already down/, 'stop n2'],
  ['start n1', /^n1 is up already$/, 'start n1'],
  ['start n3', /^refused: n3 is frozen, not down/],
  ['drain n2', /^n2 is already draining/, 'drain n2'],
  ['undrain n1', /^n1 takes new sessions: it was not draining$/, 'undrain n1'],
  ['kill n1 n2', /^refused: usage: kill NODE; unexpected argument "n2"$/],
  ['kill', /^refused: which node\? n1, n2, n3$/],
  ['sessions', /^no sessions yet: <demo> opens some$/],
  ['demo', /<demo> stops it/, 'demo on'],
  ['kil n1', /^refused: there is no action "kil"; did you mean kill\?$/],
  ['constructor', /^refused: there is no action "constructor"; there are nodes/],
] as const)
  test(`${call}: ${says.source}`, async () => {
    const [told, ...did] = await perform(...(call.split(' ') as [string, ...string[]]));
    assert.match(told!, says);
    assert.deepEqual(did, does);
  });
