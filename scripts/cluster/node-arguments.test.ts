import assert from 'node:assert/strict';
import test from 'node:test';
import { readSettings } from '../../node/settings.ts';
import { nodeArguments } from './node-arguments.ts';

const environment = { redis: 'redis://127.0.0.1:1', options: {}, topology: undefined };

for (const url of ['http://10.0.0.1:8080', 'https://127.0.0.1:8080', 'http://n1:8080'])
  test(`a node at ${url} cannot be run here`, () =>
    assert.throws(() => nodeArguments({ id: 'n1', url }, environment), /which is not this machine/));

test('a node listens at its URL, and has it unchanged', () => {
  const args = nodeArguments({ id: 'n1', url: 'http://[::1]:8081' }, environment);
  const after = (name: string): string | undefined => args[args.indexOf(name) + 1];
  assert.deepEqual(['--host', '--port', '--url'].map(after), ['::1', '8081', 'http://[::1]:8081']);
});

test('settings of a node’s upstream in the topology become arguments of the node', () => {
  const health = { path: '/live', status: 204, port: 9001 };
  const upstream = 'http://127.0.0.1:9000/api';
  const node = { id: 'n1', url: 'http://127.0.0.1:8081', upstream, health, passHostHeader: true };
  const read = readSettings(nodeArguments(node, environment), {});
  assert.equal(read.kind, 'run');
  const { mcpPath, upstream: told } = (read as Extract<typeof read, { kind: 'run' }>).settings;
  assert.deepEqual([mcpPath, told], ['/mcp', { url: upstream, era: 'sessions', passHostHeader: true, health }]);
});
