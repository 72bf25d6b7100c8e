import assert from 'node:assert/strict';
import test from 'node:test';
import { applyEvent, clientsText, type DemoEvent, EMPTY, summaryText } from './demo-state.ts';

const seated = (client: string, node: string, from?: string): DemoEvent => ({
  kind: 'seated',
  client,
  cookies: true,
  node,
  ...(from !== undefined && { from }),
});
const after = (...events: DemoEvent[]) => events.reduce(applyEvent, EMPTY);

test('nodes are listed by number, each with its clients', () => {
  const state = after(seated('c1', 'n10'), seated('c2', 'n2'), seated('c3', 'n2'));
  assert.equal(clientsText(state), 'n2 2 (c2 c3)   n10 1 (c1)');
});

test('a client that moves is shown at one node only, and counted', () => {
  const state = after(seated('c1', 'n1'), seated('c1', 'n2', 'n1'));
  assert.deepEqual([clientsText(state), state.moved], ['n2 1 (c1)', 1]);
});

test('the summary is one line', () => {
  const state = after(
    seated('c1', 'n1'),
    { kind: 'call', client: 'c1', ok: true },
    { kind: 'call', client: 'c1', ok: false },
    { kind: 'pushed', client: 'c1' },
    { kind: 'lost', client: 'c1', reason: 'owner-gone' },
  );
  assert.match(summaryText(state), /^1 clients, 2 calls \(1 failed\), 1 messages .* 1 sessions lost/);
});
