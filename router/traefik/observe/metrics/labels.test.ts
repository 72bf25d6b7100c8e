import assert from 'node:assert/strict';
import test from 'node:test';
import { HeaderList } from '../../../core/request/header-list.ts';
import { labelValue, methodLabel, protocolLabel } from './labels.ts';

for (const [method, label] of [
  ['GET', 'GET'],
  ['PATCH', 'PATCH'],
  ['get', 'EXTENSION_METHOD'],
  ['FOO', 'EXTENSION_METHOD'],
] as const)
  test(`the method ${method} is counted as ${label}`, () => {
    assert.equal(methodLabel(method), label);
  });

for (const [label, headers] of [
  ['http', []],
  ['sse', ['accept', 'application/json, Text/Event-Stream']],
  ['http', ['accept', 'text/event-stream;q=0.5']],
  ['http', ['accept', '*/*', 'accept', 'text/event-stream']],
  ['websocket', ['upgrade', 'websocket']],
  ['grpc', ['content-type', 'application/grpc+proto']],
  ['grpc-web', ['content-type', 'application/grpc-web']],
] as const)
  test(`a request with ${headers.join(': ') || 'no such header'} is ${label}`, () => {
    assert.equal(protocolLabel({ requestHeaders: new HeaderList([...headers]) }), label);
  });

test('a label cannot break out of its quotes', () => {
  assert.equal(labelValue('a"b\\c\nd'), 'a\\"b\\\\c\\nd');
});
