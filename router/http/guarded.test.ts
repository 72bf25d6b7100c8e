import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import test from 'node:test';
import type { Route } from '../core/table/table.ts';
import { exampleRequest, HERE } from '../traefik/middleware/test-exchange.ts';
import { ClientBody } from './client-body.ts';
import { HttpExchange } from './exchange.ts';
import { guarded } from './guarded.ts';

/** An exchange without a client, and the errors that it reported. */
const exchange = (): { x: HttpExchange; told: unknown[] } => {
  const told: unknown[] = [];
  const req = new IncomingMessage(new Socket());
  const x = new HttpExchange({
    entryPoint: 'web',
    req,
    body: new ClientBody(req),
    res: new ServerResponse(req),
    request: exampleRequest(),
    table: undefined as never,
    unexpected: (error) => told.push(error),
  });
  return { x, told };
};

const fails = (): never => {
  throw new Error('bad');
};

test('an exception in an event handler is logged, and answered with 500', () => {
  const { x, told } = exchange();
  guarded(x, fails);
  assert.deepEqual([x.res.statusCode, x.res.writableEnded, String(told)], [500, true, 'Error: bad']);
});

test('if even the 500 cannot be sent, the answer is cut', () => {
  const { x, told } = exchange();
  x.routeFound({ middlewares: [{ name: 'm', kind: 'm', at: HERE, response: fails }] } as unknown as Route);
  x.ran = 1;
  guarded(x, fails);
  assert.deepEqual([x.res.headersSent, x.res.destroyed, String(told)], [false, true, 'Error: bad']);
});

test('an exception after the client has left is only logged', () => {
  const { x, told } = exchange();
  x.ended(false);
  guarded(x, fails);
  assert.deepEqual([x.res.headersSent, String(told)], [false, 'Error: bad']);
});
