import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import test from 'node:test';
import { lazyRoute } from './lazy-route.ts';

const exchange = () => {
  const req = { destroyed: false } as unknown as IncomingMessage & { destroyed: boolean };
  const res = { gone: false, destroy: () => Object.assign(res, { gone: true }) } as unknown as ServerResponse & {
    gone: boolean;
  };
  return { req, res };
};

test('the code is loaded once, for the first request', async () => {
  let made = 0;
  let served = 0;
  const route = lazyRoute(async () => {
    made += 1;
    return () => {
      served += 1;
    };
  });
  const { req, res } = exchange();
  await Promise.all([route(req, res), route(req, res), route.load()]);
  await route(req, res);
  assert.deepEqual({ made, served }, { made: 1, served: 3 });
});

test('a client that left while the code was loading is not served', async () => {
  const route = lazyRoute(async () => () => assert.fail('served'));
  const { req, res } = exchange();
  const serving = route(req, res);
  req.destroyed = true;
  await serving;
  assert.equal(res.gone, true);
});

test('once loaded a route answers in the same turn', async () => {
  let served = false;
  const route = lazyRoute(async () => () => {
    served = true;
  });
  await route.load();
  const { req, res } = exchange();
  void route(req, res);
  assert.equal(served, true);
});
