import assert from 'node:assert/strict';
import test from 'node:test';
import { holderOf, stateOf } from './holder-of.ts';

const UUID = '0b8e8f56-1111-4222-8333-444455556666';
const call = (args: unknown) => ({ jsonrpc: '2.0' as const, id: 1, method: 'tools/call', params: { arguments: args } });
const other = (method: string, params: object) => ({ jsonrpc: '2.0' as const, id: 1, method, params });

for (const { what, message, holder } of [
  { what: 'a handle of another node', message: call({ item: 'x', basket: `n2.${UUID}` }), holder: 'n2' },
  { what: 'a handle of this node', message: call({ basket: `n1.${UUID}` }), holder: undefined },
  { what: 'handles of both', message: call({ from: `n2.${UUID}`, to: `n1.${UUID}` }), holder: undefined },
  { what: 'a text that begins like one', message: call({ item: `n2.${UUID}.txt` }), holder: undefined },
  { what: 'a text that ends like one', message: call({ item: `files.n2.${UUID}` }), holder: undefined },
  { what: 'a number', message: call({ item: 7 }), holder: undefined },
  { what: 'no arguments', message: call(null), holder: undefined },
  { what: 'a task', message: other('tasks/get', { taskId: `n3.${UUID}` }), holder: 'n3' },
  { what: 'a task of another server', message: other('tasks/get', { taskId: 'n3.7' }), holder: 'n3' },
  {
    what: 'a task with an id of any length',
    message: other('tasks/get', { taskId: `n3.${'x'.repeat(5000)}` }),
    holder: 'n3',
  },
  { what: 'a task that names no node', message: other('tasks/get', { taskId: 'n33' }), holder: undefined },
  { what: 'a task without an id', message: other('tasks/get', {}), holder: undefined },
  { what: 'a task that is called', message: other('tools/call', { taskId: `n3.${UUID}` }), holder: undefined },
  {
    what: 'a resource of another node',
    message: other('resources/read', { uri: `basket://n2.${UUID}/items` }),
    holder: 'n2',
  },
  { what: 'a resource of nobody', message: other('resources/read', { uri: 'file:///n2.txt' }), holder: undefined },
  { what: 'a list', message: other('tools/list', { basket: `n2.${UUID}` }), holder: undefined },
  { what: 'a prompt', message: other('prompts/get', { uri: `basket://n2.${UUID}` }), holder: undefined },
])
  test(`${what} is held by ${holder ?? 'no other node'}`, () => assert.equal(holderOf('n1', message), holder));

for (const { what, message, names } of [
  { what: 'a task of any form', message: other('tasks/get', { taskId: 'n3.7' }), names: ['n3.7'] },
  { what: 'a task that names no node', message: other('tasks/get', { taskId: '7' }), names: [] },
  { what: 'a task that is no text', message: other('tasks/get', { taskId: 7 }), names: [] },
  {
    what: 'all handles in the arguments, and no other text',
    message: call({ from: `n2.${UUID}`, file: 'notes.txt', to: `n1.${UUID}` }),
    names: [`n2.${UUID}`, `n1.${UUID}`],
  },
  { what: 'an answer', message: { jsonrpc: '2.0' as const, id: 1 }, names: [] },
])
  test(`a log can name the state that a request names: ${what}`, () => assert.deepEqual(stateOf(message), names));
