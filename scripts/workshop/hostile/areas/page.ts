/**
 * Hostile requests to the dashboard: wrong hosts, wrong paths, guessed secrets, floods, bodies; and what other users
 * can read.
 */
import net from 'node:net';
import type { Pattern } from '../../../../router/parity/pattern.ts';
import type { Area, HostileCase } from '../area.ts';
import { ask, commandLines, type Dashboards, openDashboards, openToOthers, type Shown } from '../rigs/dashboards.ts';
import { statusOf } from '../rigs/raw-mcp.ts';
import { inBrowser } from './page-browser.ts';
import { BODIES, HOSTS, METHODS, OUTSIDE, TRAVERSALS } from './page-inputs.ts';

const REFUSED = /^(?:4\d\d|no answer)$/;

const each = (
  name: string,
  inputs: readonly unknown[],
  tryAll: (rig: Dashboards) => Promise<Pattern>,
): HostileCase<Dashboards> => ({
  name,
  play: async (rig, tally) => {
    tally.faults = inputs.length;
    return tryAll(rig);
  },
  expect: [],
});

const failing = async <T>(inputs: readonly T[], statusFor: (one: T) => Promise<string>, wanted: RegExp) => {
  const wrong: string[] = [];
  for (const one of inputs) {
    const status = await statusFor(one);
    if (!wanted.test(status)) wrong.push(`${JSON.stringify(one).slice(0, 100)}: ${status}`);
  }
  return wrong;
};

const GUESSES = 200;
const guess = (i: number): string => i.toString(36).padStart(32, 'aB-_'.charAt(i % 4));

const secretsOf = ({ url, entered }: Shown): readonly string[] => [
  new URL(url).searchParams.get('secret')!,
  entered.cookie.split('=')[1]!,
  entered.token,
];

const STREAMS = 300;

/** Streams that are opened and abandoned, some of them never read, while requests run. */
const streamFlood = async (shown: Shown, leaves: 'at once' | 'later'): Promise<number> => {
  const target = `${new URL(shown.entered.base).pathname}api/stream`;
  const bytes = `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${shown.port}\r\nCookie: ${shown.entered.cookie}\r\n\r\n`;
  const sockets = Array.from({ length: STREAMS }, () => net.connect(shown.port, '127.0.0.1'));
  const began = await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<number>((resolve) => {
          socket.on('error', () => undefined).on('close', () => resolve(0));
          socket.on('connect', () => {
            if (leaves === 'at once') return socket.write(bytes, () => socket.resetAndDestroy());
            socket.write(bytes);
            socket.once('data', () => {
              socket.pause();
              resolve(1);
            });
          });
        }),
    ),
  );
  for (const socket of sockets) socket.destroy();
  return began.reduce((sum, one) => sum + one, 0);
};

const FLOODS: readonly HostileCase<Dashboards>[] = [
  {
    name: `${STREAMS} streams abandoned at once`,
    play: async ({ cluster }, tally) => {
      tally.faults = STREAMS;
      return streamFlood(cluster, 'at once');
    },
    expect: 0,
  },
  {
    name: `${STREAMS} streams that are never read`,
    play: async ({ cluster }, tally) => {
      tally.faults = STREAMS;
      return streamFlood(cluster, 'later');
    },
    expect: STREAMS,
  },
  {
    name: 'WebSocket and HTTP/2, which it does not support',
    play: async ({ router }) => {
      const headers = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='];
      const upgrade = await ask(router, 'GET', 'api/about', { headers });
      const h2c = await ask(router, 'GET', 'api/about', { headers: ['Upgrade: h2c', 'Connection: Upgrade'] });
      return [upgrade, h2c].map(statusOf);
    },
    expect: ['200', '200'],
  },
];

const READERS: readonly HostileCase<Dashboards>[] = [
  {
    name: 'files and sockets that another user of the machine can use',
    play: async ({ cluster, folder }) => {
      await ask(cluster, 'GET', 'api/about');
      return openToOthers(folder).filter((path) => /\/own/.test(path));
    },
    expect: [],
  },
  {
    name: 'secrets in command lines',
    play: async ({ cluster, router }) => {
      const lines = commandLines();
      return [cluster, router].flatMap(secretsOf).filter((secret) => lines.some((line) => line.includes(secret)));
    },
    expect: [],
  },
];

const cases: readonly HostileCase<Dashboards>[] = [
  each('names that a page of others may have', HOSTS, ({ router }) =>
    failing(
      HOSTS.map((host) => host(router.port)),
      async (host) => statusOf(await ask(router, 'GET', 'api/about', { host })),
      REFUSED,
    ),
  ),
  each('paths out of the folder, by whoever may enter', TRAVERSALS, ({ router }) =>
    failing(TRAVERSALS, async (path) => statusOf(await ask(router, 'GET', path)), /^(?:40[34]|200|no answer)$/),
  ),
  each('files of ours that are no assets', TRAVERSALS, async ({ router }) => {
    const told: string[] = [];
    for (const path of TRAVERSALS) {
      const body = (await ask(router, 'GET', path)).answers[0]?.body ?? '';
      if (/root:|from '\.|{{token}}/.test(body)) told.push(path);
    }
    return told;
  }),
  each('paths outside of the base', OUTSIDE, ({ router }) =>
    failing(OUTSIDE, async (path) => statusOf(await ask(router, 'GET', path)), REFUSED),
  ),
  ...['api/explain', 'api/cookie', 'api/actions'].map((path) =>
    each(`${path}: bodies`, BODIES, ({ cluster }) =>
      failing(BODIES, async (body) => statusOf(await ask(cluster, 'POST', path, { body })), /^(?:200|400|404|409)$/),
    ),
  ),
  each('methods', METHODS, ({ cluster }) =>
    failing(METHODS, async (method) => statusOf(await ask(cluster, method, 'api/actions')), REFUSED),
  ),
  {
    name: `${GUESSES} guesses of the secret, the cookie and the token`,
    play: async ({ router }, tally) => {
      tally.faults = GUESSES * 3;
      const wrong: string[] = [];
      const base = new URL(router.entered.base).pathname;
      for (let i = 0; i < GUESSES; i++) {
        const stranger = { ...router, entered: { ...router.entered, cookie: `mooring=${guess(i)}`, token: guess(i) } };
        const forger = { ...router, entered: { ...router.entered, token: guess(i) } };
        const all = await Promise.all([
          ask(stranger, 'GET', `/?secret=${guess(i)}`),
          ask(stranger, 'GET', `${base}api/about`),
          ask(forger, 'POST', 'api/explain', { body: '{"text":"GET /"}' }),
        ]);
        for (const one of all)
          if (statusOf(one) !== '403' || /set-cookie/i.test(JSON.stringify(one.answers[0]?.headers)))
            wrong.push(`${i}: ${statusOf(one)}`);
      }
      return wrong;
    },
    expect: [],
  },
  ...FLOODS,
  ...READERS,
];

export const page: Area<Dashboards> = {
  name: 'page',
  subjects: ['router'],
  open: openDashboards,
  cases: () => [...cases, ...inBrowser],
};
