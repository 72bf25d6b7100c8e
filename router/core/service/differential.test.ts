/** The same requests to Traefik and to these functions; skipped without Traefik. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { cookieValue, legacyCookieValues } from '../../../shared/traefik/cookie-value.ts';
import { noTraefik } from '../../../shared/traefik-binary.ts';
import { exchange } from '../../parity/raw-client.ts';
import { type JsonObject, Subject } from '../../parity/subject.ts';
import { HeaderList } from '../request/header-list.ts';
import type { Request } from '../request/request.ts';
import { createLoadBalancer } from './load-balancer.ts';
import { exampleCookie, exampleLoadBalancer, exampleRequest, exampleServer } from './test-examples.ts';
import { createWeightedRoundRobin } from './weighted-round-robin.ts';

const skip = noTraefik();
const SEED = 20261121;
const HEADERS = 4000;
const BATCH = 100;

const startServers = async (t: TestContext, count: number): Promise<string[]> => {
  const urls: string[] = [];
  for (let i = 0; i < count; i++) {
    const server = http.createServer((_, res) => res.writeHead(200, { 'x-by': String(i) }).end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close().closeAllConnections());
    urls.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }
  return urls;
};

/** Traefik with one service per load balancer, each under its own path. */
const startTraefik = async (t: TestContext, balancers: Readonly<Record<string, JsonObject>>): Promise<number> => {
  const entries = Object.entries(balancers);
  const traefik = await Subject.start('traefik', {
    entryPoints: { web: {} },
    dynamic: {
      http: {
        routers: Object.fromEntries(entries.map(([name]) => [name, { rule: `Path(\`/${name}\`)`, service: name }])),
        services: Object.fromEntries(entries.map(([name, loadBalancer]) => [name, { loadBalancer }])),
      },
    },
  });
  t.after(() => traefik.stop());
  return traefik.port('web');
};

/** Pieces of cookie headers, valid and almost valid. */
const lineOf = (values: readonly string[]): fc.Arbitrary<string> => {
  const value = fc.oneof(
    fc.constantFrom(...values),
    fc.constantFrom(...values).map((one) => `"${one}"`),
    fc.string({ unit: fc.constantFrom(...'ab0"\\ ,=\t\xff/:%'), maxLength: 4 }),
  );
  const name = fc.oneof(
    { weight: 4, arbitrary: fc.constant('pin') },
    { weight: 1, arbitrary: fc.constantFrom('PIN', 'pi', 'pins', 'xpin', '', 'a', 'a b', '$Path') },
  );
  const space = fc.constantFrom('', '', '', '', ' ', '\t', '  ');
  const piece = fc
    .tuple(space, name, space, fc.constantFrom('=', '=', '=', '=', '', '=='), space, value, space)
    .map((parts) => parts.join(''));
  return fc
    .array(fc.oneof({ weight: 5, arbitrary: piece }, { weight: 1, arbitrary: value }), { minLength: 1, maxLength: 4 })
    .chain((pieces) => fc.constantFrom(';', '; ', ' ;', ', ').map((separator) => pieces.join(separator)));
};

type Verdict = { readonly by: string; readonly setCookie: string | undefined } | 'chosen anew';

test(`over ${HEADERS} random Cookie headers a client is sent where Traefik sends it`, { skip }, async (t) => {
  const urls = await startServers(t, 3);
  const port = await startTraefik(t, {
    k: { servers: urls.map((url) => ({ url })), sticky: { cookie: { name: 'pin' } } },
  });
  const service = createLoadBalancer(exampleLoadBalancer(urls, { sticky: exampleCookie() }), {
    random: () => 0.5,
    status: { isUp: () => true },
  });
  const ours = (lines: readonly string[]): Verdict => {
    const headers = HeaderList.from(lines.map((line) => ['cookie', line] as const));
    const choice = service.choose({ ...exampleRequest(), headers } as Request);
    const pinned = ['cookie', 'legacy-cookie'].includes(choice.steps[0]!.reason);
    if (!pinned || choice.kind !== 'server') return 'chosen anew';
    return { by: choice.server.url, setCookie: choice.setCookies[0] };
  };

  const values = urls.flatMap((url) => [cookieValue(url), ...legacyCookieValues(url)]);
  const all = fc.sample(fc.array(lineOf(values), { minLength: 1, maxLength: 3 }), { numRuns: HEADERS, seed: SEED });
  let pinned = 0;
  for (let from = 0; from < all.length; from += BATCH) {
    const batch = all.slice(from, from + BATCH);
    const bytes = batch
      .map((lines) => `GET /k HTTP/1.1\r\nHost: h\r\n${lines.map((line) => `Cookie: ${line}\r\n`).join('')}\r\n`)
      .join('');
    const { answers } = await exchange(port, bytes, { answers: batch.length, timeout: 120_000 });
    assert.equal(answers.length, batch.length);
    batch.forEach((lines, i) => {
      const header = (name: string) => answers[i]!.headers.find(([key]) => key.toLowerCase() === name)?.[1];
      const verdict = ours(lines);
      if (verdict !== 'chosen anew') pinned++;
      const by = urls[Number(header('x-by'))]!;
      const anew = `pin=${cookieValue(by)}; Path=/`;
      const expected = verdict === 'chosen anew' ? { by, setCookie: anew } : verdict;
      assert.deepEqual({ by, setCookie: header('set-cookie') }, expected, JSON.stringify(lines));
    });
  }
  // Neither all hits nor all misses: otherwise the headers would prove little.
  assert.ok(pinned > HEADERS / 10 && pinned < (HEADERS * 9) / 10, `${pinned} pinned`);
});

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));

test('servers take turns in Traefik’s order, apart from the shuffle', { skip }, async (t) => {
  const urls = await startServers(t, 4);
  const shares: Readonly<Record<string, readonly number[]>> = {
    even: [1, 1, 1],
    four: [1, 1, 1, 1],
    mixed: [5, 3, 2],
    tenths: [10, 1],
    ties: [2, 2, 1, 1],
  };
  const port = await startTraefik(
    t,
    Object.fromEntries(
      Object.entries(shares).map(([name, weights]) => [
        name,
        { servers: weights.map((weight, i) => ({ url: urls[i]!, weight })) },
      ]),
    ),
  );
  for (const [name, weights] of Object.entries(shares)) {
    const bytes = `GET /${name} HTTP/1.1\r\nHost: h\r\n\r\n`.repeat(40);
    const { answers } = await exchange(port, bytes, { answers: 40, timeout: 120_000 });
    const order = answers.map(({ headers }) => headers.find(([key]) => key.toLowerCase() === 'x-by')?.[1]).join('');
    const members = weights.map((weight, i) => ({ name: String(i), weight, isUp: () => true }));
    const possible = permutations(members).map((shuffled) => {
      const strategy = createWeightedRoundRobin(shuffled);
      return Array.from({ length: 40 }, () => strategy.next(exampleRequest())!.name).join('');
    });
    assert.ok(possible.includes(order), `${name}: ${order}`);
  }
});

const askFrom = async (port: number, localAddress: string, path: string): Promise<string> => {
  const request = http.get({ host: '127.0.0.1', port, path, localAddress, agent: false });
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
  answer.resume();
  return String(answer.headers['x-by']);
};

test('each address is served by the server that Traefik gives it', { skip }, async (t) => {
  const urls = await startServers(t, 3);
  const weights = [1, 1, 2];
  const servers = urls.map((url, i) => ({ url, weight: weights[i]! }));
  const port = await startTraefik(t, { hrw: { strategy: 'hrw', servers } });
  const service = createLoadBalancer(
    exampleLoadBalancer(
      servers.map(({ url, weight }) => exampleServer(url, { weight })),
      { strategy: 'hrw' },
    ),
    { random: () => 0.5, status: { isUp: () => true } },
  );
  for (let i = 1; i <= 40; i++) {
    const address = `127.0.0.${i}`;
    const choice = service.choose(exampleRequest(undefined, address));
    const expected = choice.kind === 'server' ? urls.indexOf(choice.server.url) : -1;
    assert.equal(await askFrom(port, address, '/hrw'), String(expected), address);
  }
});
