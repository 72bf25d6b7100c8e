import assert from 'node:assert/strict';
import test from 'node:test';
import { setNodeState } from './edit-topology.ts';

const REST = 'entryPoints: { web: { address: ":80" } }\n';
const block = `# Ours.
nodes:
    - id: n1
      url: http://a:1   # the old one
    -   url: "http://b:1"
        id: n2

    # The last.
    - id: n3
      url: http://c:1
${REST}`;

for (const row of [
  {
    what: 'below the URL',
    text: block,
    add: 'url: http://a:1   # the old one',
    line: '      state: draining',
    node: 'n1',
  },
  {
    what: 'as deep as the keys beside it',
    text: block,
    add: 'url: "http://b:1"',
    line: '        state: draining',
    node: 'n2',
  },
  { what: 'in the last node', text: block, add: 'url: http://c:1', line: '      state: draining', node: 'n3' },
  {
    what: 'with the line ends of the file',
    text: block.replaceAll('\n', '\r\n'),
    add: 'url: http://c:1',
    line: '      state: draining',
    node: 'n3',
  },
]) {
  test(`a state is written ${row.what}, and the rest of the file stays unchanged`, () => {
    const newline = row.text.includes('\r\n') ? '\r\n' : '\n';
    const drained = setNodeState(row.text, row.node, 'draining');
    assert.equal(drained, row.text.replace(row.add, `${row.add}${newline}${row.line}`));
    assert.equal(setNodeState(drained!, row.node, 'active'), row.text);
  });
}

for (const row of [
  {
    what: 'a mapping in braces',
    from: 'nodes: [{ id: n1, url: http://a:1 }, {id: n2, url: http://b:1 , }]\n',
    to: 'nodes: [{ id: n1, url: http://a:1 }, {id: n2, url: http://b:1, state: draining , }]\n',
  },
  {
    what: 'JSON',
    from: '"nodes": [{"id": "n2", "url": "http://b:1"}]\n',
    to: '"nodes": [{"id": "n2", "url": "http://b:1", "state": "draining"}]\n',
  },
  {
    what: 'what a node merges',
    from: 'nodes:\n  - &n1 { id: n1, url: http://a:1, state: out }\n  - <<: *n1\n    id: n2\n    url: http://b:1\n',
    to: 'nodes:\n  - &n1 { id: n1, url: http://a:1, state: out }\n  - <<: *n1\n    id: n2\n    url: http://b:1\n    state: draining\n',
  },
  {
    what: 'a node whose URL is merged',
    from: 'nodes:\n  - &n1 { id: n1, url: http://a:1 }\n  - <<: *n1\n    id: n2\n',
    to: 'nodes:\n  - &n1 { id: n1, url: http://a:1 }\n  - <<: *n1\n    id: n2\n    state: draining\n',
  },
]) {
  test(`a state is written into ${row.what}`, () => {
    assert.equal(setNodeState(row.from + REST, 'n2', 'draining'), row.to + REST);
  });
}

test('a state that is written is replaced, and what follows it stays', () => {
  const text = `nodes:\n  - id: n2\n    state: 'active' # for now\n    url: http://b:1\n${REST}`;
  const out = setNodeState(text, 'n2', 'out');
  assert.equal(out, text.replace('active', 'out'));
  assert.equal(setNodeState(out!, 'n2', 'active'), text);
});

test('JSON stays JSON from one state to the next', () => {
  const text =
    '{"nodes": [{"id": "n2", "url": "http://b:1", "state": "draining"}], "entryPoints": {"web": {"address": ":80"}}}';
  assert.equal(setNodeState(text, 'n2', 'out'), text.replace('draining', 'out'));
  assert.equal(setNodeState(text, 'n2', 'active'), text.replace(', "state": "draining"', ''));
});

test('a node with another merged state becomes active only by an explicit state', () => {
  const text = `nodes:\n  - &n1 { id: n1, url: http://a:1, state: out }\n  - <<: *n1\n    id: n2\n    url: http://b:1\n    state: draining\n${REST}`;
  assert.equal(setNodeState(text, 'n2', 'active'), text.replace('draining', 'active'));
});

test('a file with that state is not touched', () => {
  assert.equal(setNodeState(block, 'n2', 'active'), block);
});

test('a node that shares its YAML with another, or is missing, is left to the user', () => {
  const text = `nodes:\n  - &n1 { id: n1, url: http://a:1 }\n  - { <<: *n1, id: n2, url: http://b:1 }\n${REST}`;
  assert.equal(setNodeState(text, 'n1', 'draining'), undefined);
  assert.equal(setNodeState(block, 'n9', 'draining'), undefined);
});

test('a topology that is refused is left to its writer', () => {
  assert.equal(setNodeState(`${block}x: 1\n`, 'n2', 'draining'), undefined);
});
