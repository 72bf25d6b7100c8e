import assert from 'node:assert/strict';
import test from 'node:test';
import { testNode } from '../test-bench.ts';
import { createServer } from '../test-careful-server.ts';
import { envelope, request } from '../test-sessionless.ts';

const [NEW, OLD, OTHER] = ['n', 'o', 'x'].map((text) => `${text}-0123456789-abcdefghijklmnop-qrst`) as [
  string,
  string,
  string,
];
const CAPABILITIES = { elicitation: {} };
type Node = { readonly url: string };

const begin = async (node: Node): Promise<string> => {
  const asked = await request(node, envelope('tools/call', { name: 'delete', arguments: { file: 'a' } }, CAPABILITIES));
  assert.equal(asked.json.result.resultType, 'input_required', asked.text);
  return asked.json.result.requestState;
};
const goOn = async (node: Node, state: string) => {
  const params = {
    name: 'delete',
    arguments: { file: 'a' },
    requestState: state,
    inputResponses: { sure: { action: 'accept' } },
  };
  const { json } = await request(node, envelope('tools/call', params, CAPABILITIES));
  return json.error?.code ?? json.result.content[0].text;
};

test('any node can open state that another one with the same keys has sealed', async (t) => {
  const nodes = [];
  for (const name of ['n1', 'n2', 'n3']) nodes.push(await testNode(t, { name, createServer, stateKeys: [NEW] }));
  for (let at = 0; at < 10; at++) {
    const here: Node = nodes[at % 3]!;
    const there: Node = nodes[(at + 1) % 3]!;
    assert.equal(await goOn(there, await begin(here)), `n${((at + 1) % 3) + 1} deletes a`);
  }
});

test('keys can be rotated: all are tried, the first one seals', async (t) => {
  const old = await testNode(t, { createServer, stateKeys: [OLD] });
  const both = await testNode(t, { createServer, stateKeys: [NEW, OLD] });
  const fresh = await testNode(t, { createServer, stateKeys: [NEW] });
  assert.equal(await goOn(both, await begin(old)), 'n1 deletes a');
  assert.equal(await goOn(fresh, await begin(both)), 'n1 deletes a');
  assert.equal(await goOn(old, await begin(both)), -32602);
});

test('state sealed with another key, or not sealed, is refused', async (t) => {
  const [node, other] = [
    await testNode(t, { createServer, stateKeys: [NEW, OLD] }),
    await testNode(t, { createServer, stateKeys: [OTHER] }),
  ];
  assert.equal(await goOn(node, await begin(other)), -32602);
  assert.equal(await goOn(node, 'v1.e30.AAAA'), -32602);
});

test('nodes without keys generate their own, and log it when it matters', async (t) => {
  const warnings: unknown[] = [];
  const log = { debug: () => {}, info: () => {}, error: () => {}, warn: (...told: unknown[]) => warnings.push(told) };
  const [one, two] = [await testNode(t, { createServer, log: log as never }), await testNode(t, { createServer })];
  assert.deepEqual(warnings, []);
  const state = await begin(one);
  assert.equal(await goOn(one, state), 'n1 deletes a');
  assert.equal(await goOn(two, state), -32602);
  assert.equal(warnings.length, 1);
  assert.match(String(warnings[0]), /a key of this node/);
});
