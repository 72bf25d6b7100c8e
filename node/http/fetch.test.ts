import assert from 'node:assert/strict';
import test from 'node:test';
import { fetchBy } from './fetch.ts';

// Not beside apps: the server of Hono replaces Response by its own, which takes any status.
test('a status that is invalid in a Response fails its request', async () => {
  const late = fetchBy((_, res) => void setImmediate(() => res.writeHead(600).flushHeaders()));
  await assert.rejects(late(new Request('http://localhost/mcp')), RangeError);
});
