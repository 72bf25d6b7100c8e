import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import http, { type ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import { serve } from './serve.ts';

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: l\r\n\r\n`;

/** A server that leaves every request to the test; `parsed` counts those that Node has read. */
const open = async (t: TestContext) => {
  const server = http.createServer();
  const begun: { readonly url: string; readonly res: ServerResponse }[] = [];
  const changed = new EventEmitter();
  const counts = { parsed: 0 };
  server.on('request', () => counts.parsed++);
  serve(server, {
    pass: ({ req, res }) => changed.emit('change', begun.push({ url: req.url ?? '', res })),
    readAgain: () => assert.fail('nothing is read again here'),
    onError: (error) => assert.fail(error),
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = net.connect((server.address() as AddressInfo).port, '127.0.0.1').resume();
  t.after(() => {
    client.destroy();
    server.close().closeAllConnections();
  });
  const until = async (test: () => boolean): Promise<void> => {
    while (!test()) await once(changed, 'change');
  };
  return { client, begun, counts, until };
};

test('a request starts only when the previous answer has been sent', async (t) => {
  const { client, begun, until } = await open(t);
  client.write(get('/1') + get('/2') + get('/3'));
  for (let i = 1; i <= 3; i++) {
    await until(() => begun.length >= i);
    assert.deepEqual(
      begun.map(({ url }) => url),
      ['/1', '/2', '/3'].slice(0, i),
    );
    begun.at(-1)!.res.end();
  }
});

test('nothing that follows an answer with Connection: close begins', async (t) => {
  const { client, begun, until } = await open(t);
  client.write(get('/1') + get('/2'));
  await until(() => begun.length > 0);
  begun[0]!.res.setHeader('Connection', 'close').end();
  await once(client, 'close');
  assert.equal(begun.length, 1);
});

test('requests behind a pending answer stay unread, all but a few, and are served after it', async (t) => {
  const { client, begun, counts, until } = await open(t);
  // More than the buffers of the system and one read take.
  const all = 20_000;
  client.write(get('/').repeat(all));
  await until(() => begun.length > 0);
  const before = await finalCount(counts);
  assert.ok(before < all / 4, `${before} of ${all} were read`);
  // A disconnect would go unnoticed: a minute without a byte counts as one.
  assert.equal(begun[0]!.res.socket?.timeout, 60_000);
  for (let i = 0; i < all / 4; i++) {
    await until(() => begun.length > i);
    begun[i]!.res.end();
  }
});

/** The final number, once no more arrive. */
const finalCount = async (counts: { readonly parsed: number }): Promise<number> => {
  for (;;) {
    const { parsed } = counts;
    for (let turns = 0; turns < 200; turns++) await new Promise(setImmediate);
    if (counts.parsed === parsed) return parsed;
  }
};
