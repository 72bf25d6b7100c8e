import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'node:test';
import { createLog } from '../../../shared/log.ts';
import type { ServiceConfig } from '../../core/model.ts';
import {
  exampleCheck,
  exampleConfig,
  exampleFailover,
  exampleLoadBalancer,
  exampleWeighted,
} from '../../core/service/test-examples.ts';
import { createHealthMonitor } from './monitor.ts';
import type { Health, ProbeTask } from './probe.ts';

const A = 'http://127.0.0.1:3001';
const B = 'http://127.0.0.1:3002';
const CHECK = exampleCheck({ interval: 1_000, unhealthyInterval: 300 });
const DOWN: Health = { up: false, reason: 'received error status code: 500' };

type Asked = { readonly task: ProbeTask; readonly signal: AbortSignal; answer(health: Health | Error): Promise<void> };

/** A monitor with a fake clock and fake servers. */
const start = () => {
  const rhythms = new Set<{ milliseconds: number; run: () => void }>();
  const asked: Asked[] = [];
  const lines: Record<string, unknown>[] = [];
  const checked: string[] = [];
  const monitor = createHealthMonitor({
    log: createLog({ destination: { write: (line) => void lines.push(JSON.parse(line)) } }),
    tlsOf: (transport) => ({ rejectUnauthorized: transport !== 'loose@file' }),
    onChecked: (service, url, up) => void checked.push(`${service} ${url} ${up}`),
    every: (milliseconds, run) => {
      const rhythm = { milliseconds, run };
      rhythms.add(rhythm);
      return () => void rhythms.delete(rhythm);
    },
    probe: (task, signal) =>
      new Promise((resolve, reject) => {
        const answer = async (health: Health | Error) => {
          if (health instanceof Error) reject(health);
          else resolve(health);
          // Lets everything that awaits the probe run.
          await new Promise(setImmediate);
        };
        asked.push({ task, signal, answer });
      }),
  });
  return {
    monitor,
    rhythms,
    lines,
    checked,
    update: (services: Record<string, ServiceConfig>) => monitor.update(exampleConfig(services)),
    /** Fires all timers of this length; returns what was probed. */
    tick: (milliseconds: number): Asked[] => {
      asked.length = 0;
      for (const rhythm of [...rhythms]) if (rhythm.milliseconds === milliseconds) rhythm.run();
      return [...asked];
    },
  };
};

const pool = (urls: readonly string[], more: Partial<Parameters<typeof exampleLoadBalancer>[1]> = {}) => ({
  mcp: exampleLoadBalancer(urls, { healthCheck: CHECK, ...more }),
});
const urlsOf = (asked: readonly Asked[]): string[] => asked.map(({ task }) => task.request.url.origin);

/** A monitor that has found A down and B up. */
const withADown = async () => {
  const all = start();
  all.update(pool([A, B]));
  const [a, b] = all.tick(1_000);
  await a!.answer(DOWN);
  await b!.answer({ up: true });
  return all;
};

test('no server is probed before the first interval, and all are up until then', () => {
  const { update, monitor, tick } = start();
  update(pool([A, B]));
  assert.deepEqual(
    [...monitor.snapshot('mcp@file')!],
    [
      [A, true],
      [B, true],
    ],
  );
  assert.equal(monitor.isUp('mcp@file', A), true);
  const asked = tick(1_000);
  assert.deepEqual(urlsOf(asked), [A, B]);
  const { request, ...more } = asked[0]!.task;
  assert.equal(request.url.href, `${A}/healthz`);
  assert.deepEqual(more, { status: 0, timeout: 5_000, followRedirects: true, tls: { rejectUnauthorized: true } });
});

test('a server that is down is probed at unhealthyInterval, and is up after one good answer', async () => {
  const { monitor, tick } = await withADown();
  assert.deepEqual(
    [...monitor.snapshot('mcp@file')!],
    [
      [A, false],
      [B, true],
    ],
  );
  assert.deepEqual(urlsOf(tick(1_000)), [B]);
  const [again] = tick(300);
  assert.equal(again!.task.request.url.origin, A);
  await again!.answer({ up: true });
  assert.equal(monitor.isUp('mcp@file', A), true);
  assert.deepEqual(urlsOf(tick(300)), []);
});

test('a server has one probe at a time, and a slow one does not delay others', async () => {
  const { update, tick } = start();
  update(pool([A, B]));
  const [a, b] = tick(1_000);
  await b!.answer({ up: true });
  assert.deepEqual(urlsOf(tick(1_000)), [B]);
  await a!.answer({ up: true });
  assert.deepEqual(urlsOf(tick(1_000)), [A]);
});

test('the log says once that a server is down and why, and when it is up', async () => {
  const { tick, lines } = await withADown();
  await tick(300)[0]!.answer(DOWN);
  await tick(300)[0]!.answer({ up: false, reason: 'another' });
  await tick(300)[0]!.answer({ up: true });
  const about = { serviceName: 'mcp@file', targetURL: A };
  const said = lines.map(({ time: _, ...line }) => line);
  const failed = { level: 40, ...about, msg: 'Health check failed.' };
  assert.deepEqual(said, [
    { ...failed, error: 'checking HTTP health: received error status code: 500' },
    { ...failed, error: 'checking HTTP health: another' },
    { level: 30, ...about, msg: `Setting status of ${A} to UP` },
  ]);
});

test('every check is reported', async () => {
  const { tick, checked } = await withADown();
  await tick(300)[0]!.answer(DOWN);
  assert.deepEqual(checked, [`mcp@file ${A} false`, `mcp@file ${B} true`, `mcp@file ${A} false`]);
});

test('a probe that throws is a failure of its server', async () => {
  const { update, tick, monitor } = start();
  update(pool([A]));
  await tick(1_000)[0]!.answer(new Error('broken'));
  assert.equal(monitor.isUp('mcp@file', A), false);
});

test('a server for which no request can be made is down from the first check on', async () => {
  const { update, tick, monitor, lines } = start();
  update(pool([A], { healthCheck: { ...CHECK, path: 'http://elsewhere/' } }));
  assert.deepEqual(tick(1_000), []);
  await new Promise(setImmediate);
  assert.equal(monitor.isUp('mcp@file', A), false);
  assert.match(String(lines[0]!.error), /^checking HTTP health: create HTTP request: .* relative URL/);
});

const CHANGES: readonly { what: string; services: Record<string, ServiceConfig>; aIsUp: boolean }[] = [
  { what: 'nothing that concerns it', services: { ...pool([A, B]), other: exampleLoadBalancer([A]) }, aIsUp: false },
  {
    what: 'the place in the file',
    services: pool([A, B], { at: { file: 'dynamic.yml', line: 9, column: 9 } }),
    aIsUp: false,
  },
  { what: 'the other servers', services: pool([A, 'http://127.0.0.1:3003']), aIsUp: false },
  { what: 'the cookie and the weights', services: pool([B, A], { strategy: 'p2c' }), aIsUp: false },
  { what: "the server's URL", services: pool([`${A}/`, B]), aIsUp: true },
  { what: "the check's path", services: pool([A, B], { healthCheck: { ...CHECK, path: '/x' } }), aIsUp: true },
  {
    what: "the check's headers",
    services: pool([A, B], { healthCheck: { ...CHECK, headers: new Map([['a', 'b']]) } }),
    aIsUp: true,
  },
  { what: 'the way to speak TLS', services: pool([A, B], { serversTransport: 'loose@file' }), aIsUp: true },
  { what: "the service's name", services: { mcp2: pool([A, B]).mcp }, aIsUp: true },
  { what: 'that there is a check', services: pool([A, B], { healthCheck: undefined }), aIsUp: true },
];

for (const { what, services, aIsUp } of CHANGES) {
  test(`a reload that changes ${what} ${aIsUp ? 'starts over' : 'keeps the status'}`, async () => {
    const { update, monitor } = await withADown();
    update(services);
    const name = `${Object.keys(services)[0]}@file`;
    assert.equal(monitor.isUp(name, A), aIsUp);
    assert.equal(monitor.isUp(name, `${A}/`), true);
  });
}

test('a reload ends the probes of removed servers, and late answers are ignored', async () => {
  const { update, tick, monitor, checked } = start();
  update(pool([A, B]));
  const [a, b] = tick(1_000);
  update(pool([B]));
  assert.deepEqual([a!.signal.aborted, b!.signal.aborted], [true, false]);
  update(pool([A, B]));
  await a!.answer(DOWN);
  assert.equal(monitor.isUp('mcp@file', A), true);
  assert.deepEqual(checked, []);
  await b!.answer(DOWN);
  assert.equal(monitor.isUp('mcp@file', B), false);
});

test('frequent reloads do not delay checks', () => {
  const { update, rhythms } = start();
  update(pool([A]));
  const before = [...rhythms];
  update(pool([A, B]));
  assert.deepEqual([...rhythms], before);
});

test('closing ends every timer and every probe', () => {
  const { update, tick, monitor, rhythms } = start();
  update({ ...pool([A]), other: exampleLoadBalancer([B], { healthCheck: CHECK }) });
  const asked = tick(1_000);
  monitor.close();
  assert.equal(rhythms.size, 0);
  assert.deepEqual(
    asked.map(({ signal }) => signal.aborted),
    [true, true],
  );
});

test('only servers that a router leads to are probed, through any number of levels', () => {
  const { monitor, tick } = start();
  const config = exampleConfig({
    top: exampleWeighted(['middle']),
    middle: exampleFailover('main', 'spare'),
    main: exampleLoadBalancer([A], { healthCheck: CHECK }),
    spare: exampleLoadBalancer([B], { healthCheck: CHECK }),
    unused: exampleLoadBalancer(['http://unused'], { healthCheck: CHECK }),
    circle: exampleWeighted(['circle']),
  });
  const routers = new Map([...config.routers].filter(([name]) => /top|circle/.test(name)));
  monitor.update({ ...config, routers });
  assert.deepEqual(urlsOf(tick(1_000)), [A, B]);
  assert.deepEqual(monitor.snapshot('unused@file'), undefined);
  assert.deepEqual(monitor.snapshot('top@file'), undefined);
  assert.deepEqual([...monitor.snapshot('spare@file')!], [[B, true]]);
});

test('with real timers and probes it finds a real server down and up again', async (t) => {
  let status = 500;
  const server = http.createServer((_, res) => res.writeHead(status).end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const told: boolean[] = [];
  await new Promise<void>((resolve) => {
    const monitor = createHealthMonitor({
      log: createLog({ level: 'silent' }),
      tlsOf: () => ({ rejectUnauthorized: true }),
      onChecked: (service, _, up) => {
        told.push(up && monitor.isUp(service, url));
        status = 200;
        if (up) resolve();
      },
    });
    t.after(() => monitor.close());
    const healthCheck = exampleCheck({ interval: 5, unhealthyInterval: 5 });
    // The intervals do not keep the process alive; this test does.
    const alive = setInterval(() => {}, 1_000);
    t.after(() => clearInterval(alive));
    monitor.update(exampleConfig({ mcp: exampleLoadBalancer([url], { healthCheck }) }));
  });
  assert.deepEqual(told, [false, true]);
});
