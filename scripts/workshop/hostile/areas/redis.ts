/** Hostile input to the built-in Redis for development. */
import net from 'node:net';
import type { Area, HostileCase, Rig } from '../area.ts';
import { type NodeProcess, startNodeProcess } from '../rigs/node-process.ts';

type Redis = Rig & { readonly node: NodeProcess };

const PATIENCE = 30_000;

const open = async (): Promise<Redis> => {
  const node = await startNodeProcess(['--name', 'n1']);
  return {
    ...{ node, watched: [node.watched] },
    honest: async () => {
      const said = await send(node.redisPort, 'PING\r\n', /\+PONG/);
      if (!said.includes('+PONG')) throw new Error(`Redis says ${JSON.stringify(said)}`);
    },
    closeIdle: async () => undefined,
    close: () => node.stop(),
  };
};

/** Reads the reply until it matches, or the other side closes. */
const send = (port: number, bytes: string, enough: RegExp): Promise<string> =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    let text = '';
    const timer = setTimeout(() => socket.destroy(), PATIENCE);
    socket.on('data', (data) => {
      text += data.toString('latin1');
      if (enough.test(text)) socket.destroy();
    });
    socket
      .on('error', () => undefined)
      .on('close', () => {
        clearTimeout(timer);
        resolve(text);
      });
    socket.on('connect', () => socket.write(bytes, 'latin1'));
  });

type Spoken = { readonly name: string; readonly bytes: string; readonly enough?: RegExp; readonly leaves?: true };

const SPOKEN: readonly Spoken[] = [
  { name: 'an array of 2^31 parts', bytes: '*2147483648\r\n' },
  { name: 'an array of negative length', bytes: '*-5\r\n', leaves: true },
  { name: 'an array of invalid length', bytes: '*x\r\n' },
  { name: 'a string of 2^40 bytes', bytes: '*1\r\n$1099511627776\r\n' },
  { name: 'a string of negative length', bytes: '*1\r\n$-2\r\n' },
  { name: 'a string longer than announced', bytes: '*1\r\n$2\r\nPING\r\n' },
  { name: 'half a command', bytes: '*2\r\n$4\r\nPING\r\n$5\r\nab', leaves: true },
  { name: 'a line without an end', bytes: 'x'.repeat(10_000_000), leaves: true },
  { name: 'arrays of arrays', bytes: '*1\r\n'.repeat(10_000), leaves: true },
  { name: 'an HTTP request', bytes: 'GET / HTTP/1.1\r\nHost: l\r\n\r\n', leaves: true },
  { name: 'noise', bytes: '\xff\x00\xfe*$'.repeat(10_000), leaves: true },
  { name: 'an unknown command', bytes: '*1\r\n$3\r\nFOO\r\n', enough: /^-/ },
  { name: 'a command named like an object property', bytes: '*1\r\n$11\r\nconstructor\r\n', enough: /^-/ },
  { name: '__proto__ as a command', bytes: '*1\r\n$9\r\n__proto__\r\n', enough: /^-/ },
  { name: '__proto__ as a key', bytes: '*3\r\n$3\r\nSET\r\n$9\r\n__proto__\r\n$1\r\n1\r\n', enough: /\r\n/ },
  { name: 'a command without its arguments', bytes: '*1\r\n$3\r\nSET\r\n', enough: /^-/ },
  { name: '50,000 commands at once', bytes: 'PING\r\n'.repeat(50_000), enough: /(?:\+PONG\r\n){100}/ },
  {
    name: 'a pattern that would backtrack',
    bytes: `*2\r\n$4\r\nKEYS\r\n$401\r\n${'*a'.repeat(200)}b\r\n`,
    enough: /\r\n/,
  },
];

const PAGE: HostileCase<Redis> = {
  name: 'a page that posts commands',
  play: async ({ node }) => {
    await send(node.redisPort, 'SET kept 1\r\n', /\+OK/);
    await send(node.redisPort, 'POST / HTTP/1.1\r\nHost: l\r\n\r\nDEL kept\r\nQUIT\r\n', /\+OK/);
    return send(node.redisPort, 'EXISTS kept\r\n', /:\d/);
  },
  expect: ':1\r\n',
};

const CASES = SPOKEN.map(
  ({ name, bytes, enough = /\r\n/, leaves }): HostileCase<Redis> => ({
    name,
    play: async ({ node }, tally) => {
      tally.saw = leaves ? 'left' : (await send(node.redisPort, bytes, enough)).slice(0, 40).replace(/\r\n[\s\S]*/, '');
      if (!leaves) return true;
      const socket = net.connect(node.redisPort, '127.0.0.1').on('error', () => undefined);
      await new Promise<void>((resolve) => {
        socket.on('close', () => resolve());
        socket.write(bytes, 'latin1', () => socket.resetAndDestroy());
      });
      return true;
    },
    expect: true,
  }),
);

export const redis: Area<Redis> = { name: 'redis', subjects: ['router'], open, cases: () => [...CASES, PAGE] };
