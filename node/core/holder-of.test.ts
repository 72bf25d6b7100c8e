import assert from 'node:assert/strict';
import test from 'node:test';
import { holderOf } from './holder-of.ts';

const UUID = '0b8e8f56-1111-4222-8333-444455556666';
const call = (args: unknown) => ({ jsonrpc: '2.0' as const, id: 1, method: 'tools/call', params: { arguments: args } });
const other = (method: string, params: object) => ({ jsonrpc: '2.0' as const, id: 1, method, params });

for (const { what, message, holder } of [
  { what: 'a handle of another node', message: call({ item: 'x', basket: `n2.${UUID}` }), holder: 'n2' },
  { what: 'a handle of this node', message: call({ basket: `n1.${UUID}` }), holder: undefined },
  { what: 'handles of both', message: call({ from: `n2.${UUID}`, to: `n1.${UUID}` }), holder: undefined },
  { what: 'a text that begins like one', message: call({ item: `n2.${UUID} and more` }), holder: undefined },
  { what: 'no arguments', message: call(null), holder: undefined },
  { what: 'a task', message: other('tasks/get', { taskId: `n3.${UUID}` }), holder: 'n3' },
  { what: 'a task that is called', message: other('tools/call', { taskId: `n3.${UUID}` }), holder: undefined },
  {
    what: 'a resource of another node',
    message: other('resources/read', { uri: `basket://n2.${UUID}/items` }),
    holder: 'n2',
  },
  { what: 'a resource of nobody', message: other('resources/read', { uri: 'file:///n2.txt' }), holder: undefined },
  { what: 'a list', message: other('tools/list', { basket: `n2.${UUID}` }), holder: undefined },
])
  test(`${what} is held by ${holder ?? 'no other node'}`, () => assert.equal(holderOf('n1', message), holder));
