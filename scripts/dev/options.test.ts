import assert from 'node:assert/strict';
import test from 'node:test';
import { readOptions, strayOption } from './options.ts';

const flags = { https: false, traefik: false, json: false };

for (const [what, values, message] of [
  ['another host', { host: '0.0.0.0' }, /--host 0\.0\.0\.0 is refused/],
  ['no nodes', { nodes: '0' }, /a whole number from 1 to 64/],
  ['half a node', { nodes: '1.5' }, /a whole number from 1 to 64/],
  ['a port that is none', { port: '70000' }, /a whole number from 1 to 65535/],
  ['an affinity that is none', { affinity: 'ip' }, /both, session-id, cookie/],
  ['nodes said twice', { nodes: '2', topology: 'dev.yaml' }, /change nodes in dev\.yaml/],
  ['https said twice', { https: true, topology: 'dev.yaml' }, /change https in dev\.yaml/],
  ['a module and a command', { server: 'a.ts', command: ['b'] }, /--server a\.ts and b: use one of the two/],
  ['an endpoint of no command', { path: '/mcp' }, /write its command after --/],
  ['an era that is none', { era: 'new', command: ['b'] }, /--era new: must be sessions or both/],
  ['an endpoint that is no path', { path: 'mcp', command: ['b'] }, /--path mcp: must begin with \//],
] as const)
  test(`${what}: refused`, () => {
    const { command, ...rest } = { command: undefined, ...values };
    assert.throws(() => readOptions({ ...flags, ...rest }, command), message);
  });

test('a port may differ from the topology', () => {
  assert.equal(readOptions({ ...flags, port: '9000', topology: 'dev.yaml' }, undefined).port, 9000);
});

test('options of a new cluster are refused with an action', () => {
  assert.equal(strayOption({ ...flags, port: '9000' }), undefined);
  assert.equal(strayOption({ ...flags, nodes: '5' }), 'nodes');
  assert.equal(strayOption({ ...flags, https: true }), 'https');
});
