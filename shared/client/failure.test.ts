import assert from 'node:assert/strict';
import test from 'node:test';
import { classifyFailure, type Failure, isOfNoNode, mayReplay, type Safety } from './failure.ts';

const wire = (code: string): TypeError =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
const rpc = (code: number): Error => Object.assign(new Error('MCP error'), { code });

for (const { when, error, status, retired = false, aborted = false, kind } of [
  { when: 'its own answer is a 404', error: rpc(404), status: 404, kind: 'gone' },
  {
    when: 'a neighbour’s 404 closed the client in mid-call',
    error: rpc(-32000),
    status: 200,
    retired: true,
    kind: 'lost',
  },
  { when: 'the tool has answered with an error of that number', error: rpc(-32000), status: 200, kind: 'answered' },
  {
    when: 'another error was answered as the client closed',
    error: rpc(-32602),
    status: 200,
    retired: true,
    kind: 'answered',
  },
  { when: 'the request timed out', error: rpc(-32001), status: 200, kind: 'answered' },
  { when: 'nobody listens', error: wire('ECONNREFUSED'), status: undefined, kind: 'unreached' },
  { when: 'the connection broke before the answer', error: wire('ECONNRESET'), status: undefined, kind: 'lost' },
  {
    when: 'the client was closed before the answer',
    error: rpc(-32000),
    status: undefined,
    retired: true,
    kind: 'lost',
  },
  { when: 'the balancer had no answer from the server', error: rpc(502), status: 502, kind: 'lost' },
  { when: 'no server is there', error: rpc(503), status: 503, kind: 'lost' },
  { when: 'the request is refused', error: rpc(400), status: 400, kind: 'answered' },
  { when: 'the caller gave up', error: wire('ABORT_ERR'), status: undefined, aborted: true, kind: 'answered' },
] as const satisfies readonly {
  when: string;
  error: Error;
  status: number | undefined;
  retired?: boolean;
  aborted?: boolean;
  kind: Failure['kind'];
}[])
  test(`a request is ${kind} when ${when}`, () =>
    assert.equal(classifyFailure({ error, status, retired, aborted }).kind, kind));

const tool = (hints?: object): Safety => ({ kind: 'tool', hints });

for (const [kind, safety, again, why] of [
  ['gone', tool(), true, 'never-ran'],
  ['unreached', tool(), true, 'never-ran'],
  ['lost', { kind: 'read' }, true, 'read'],
  ['lost', tool({ readOnlyHint: true }), true, 'read-only'],
  ['lost', tool({ idempotentHint: true }), true, 'idempotent'],
  ['lost', tool({ readOnlyHint: false }), false, 'may-have-run'],
  ['lost', tool(), false, 'may-have-run'],
  ['answered', { kind: 'read' }, false, 'answered'],
] as const satisfies readonly (readonly [Failure['kind'], Safety, boolean, string])[])
  test(`${kind}, ${JSON.stringify(safety)}: ${again ? '' : 'not '}sent again, ${why}`, () =>
    assert.deepEqual(mayReplay({ kind }, safety), { again, why }));

for (const [text, named, ofNoNode] of [
  ['404 page not found\n', false, true],
  ['', false, true],
  ['null', false, true],
  ['{"error":"not found"}', false, true],
  ['{"jsonrpc":"2.0","error":{"code":-32001},"id":null}', false, false],
  ['', true, false],
] as const)
  test(`a 404 with ${JSON.stringify(text)} ${named ? 'and the name of a node ' : ''}is ${ofNoNode ? 'not from a node' : 'from a node'}`, () => {
    assert.equal(isOfNoNode({ named, text }), ofNoNode);
  });
