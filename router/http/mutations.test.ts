import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import test from 'node:test';
import { silentLog } from '../../shared/log.ts';
import { Random } from '../parity/fuzz/random.ts';
import { Origin } from '../parity/origin.ts';
import { Router } from '../router.ts';
import { readDynamic } from '../traefik/config/dynamic/read-dynamic.ts';
import { readStatic } from '../traefik/config/static/read-static.ts';

const CONNECTIONS = 1_000;
const AT_ONCE = 20;
/** Longer than the test may take: waits for a connection that is never returned. */
const STATIC = `
entryPoints: { web: { address: '127.0.0.1:0', transport: { lifeCycle: { graceTimeOut: 10m } } } }
providers: { file: { filename: dynamic.yml } }
`;
const dynamic = (url: string): string => `
http:
  routers: { all: { rule: 'PathPrefix(\`/\`)', service: origin } }
  services: { origin: { loadBalancer: { servers: [{ url: '${url}' }] } } }
`;

const head = (line: string, ...headers: string[]): string =>
  [`${line} HTTP/1.1`, 'Host: l', ...headers, '', ''].join('\r\n');
const REQUESTS = [
  head('GET /a'),
  head('GET /slow?mode=slow&ms=5'),
  head('GET /large?mode=large&size=200000'),
  head('GET /last', 'Connection: close'),
  head('GET /old').replace('1.1', '1.0'),
  head('OPTIONS *'),
  head('CONNECT l:80'),
  head('GET /ws', 'Connection: Upgrade', 'Upgrade: websocket'),
  head('GET /ws?mode=401', 'Connection: Upgrade', 'Upgrade: websocket'),
  head('GET /h2c', 'Connection: Upgrade', 'Upgrade: h2c'),
  `${head('POST /h2c', 'Connection: Upgrade', 'Upgrade: h2c', 'Content-Length: 2')}{}`,
  `${head('POST /length', 'Content-Length: 2')}{}`,
  `${head('POST /early?mode=early', 'Content-Length: 2')}{}`,
  `${head('POST /expects', 'Content-Length: 2', 'Expect: 100-continue')}{}`,
  `${head('POST /chunks', 'Transfer-Encoding: chunked')}2;a=b\r\n{}\r\n0\r\n\r\n`,
];
const PIECES = [
  '\r\n',
  '\n',
  '\0',
  ' ',
  ':',
  '0',
  'é',
  'Upgrade: h2c\r\n',
  'Content-Length: 3\r\n',
  'Connection: close\r\n',
];

/** A few pipelined requests, most of them with a defect. */
const mutated = (random: Random): string => {
  const text = random.list(random.between(1, 5), () => random.pick(REQUESTS)).join('');
  const at = random.below(text.length);
  const to = at + random.below(10);
  return random.weigh([
    [1, () => text],
    [2, () => text.slice(0, at) + random.pick(PIECES) + text.slice(at)],
    [1, () => text.slice(0, at) + text.slice(to)],
    [1, () => text.slice(0, to) + text.slice(at)],
    [1, () => text.slice(0, at)],
  ]);
};

/** Sends the bytes in one or two pieces, and disconnects in one of three ways, at once or a little later. */
const visit = async (port: number, random: Random): Promise<void> => {
  const bytes = Buffer.from(mutated(random), 'latin1');
  const cut = random.chance(0.5) ? random.below(bytes.length) : bytes.length;
  const leave = random.pick(['destroy', 'resetAndDestroy', 'end'] as const);
  const patience = random.pick([0, 2, 10]);
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true }).resume();
  socket.on('error', () => {}).on('end', () => socket.destroy());
  await once(socket, 'connect');
  socket.write(bytes.subarray(0, cut));
  setImmediate(() => socket.writable && socket.write(bytes.subarray(cut)));
  setTimeout(() => socket[leave](), patience);
  await once(socket, 'close');
};

test('for any events in any order, no handler throws, and no exchange leaks', {
  timeout: 120_000,
}, async (t) => {
  const origin = await Origin.listen('a');
  t.after(() => origin.stop());
  const { config } = readStatic({ file: 'traefik.yml', text: STATIC });
  const router = new Router(
    config!,
    readDynamic([{ file: 'dynamic.yml', text: dynamic(origin.url) }]).config,
    silentLog(),
  );
  t.after(() => router.kill());
  const under = new Set<unknown>();
  router.observe({ began: (x) => under.add(x), ended: (x) => under.delete(x) });
  const { port } = new URL((await router.listen()).get('web')!);
  for (let seed = 0; seed < CONNECTIONS; seed += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => visit(Number(port), new Random(seed + i))));
  await router.stop();
  assert.equal(under.size, 0);
  assert.ok(await origin.until(({ open, upgrades }) => open + upgrades === 0));
});
