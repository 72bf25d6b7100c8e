/** Malformed drain marks, heartbeats and session records of every kind, and answers that no Redis gives. */
import type { Pattern } from '../../../../router/parity/pattern.ts';
import type { RedisLie } from '../rigs/lying-redis.ts';
import type { Mark } from '../rigs/marked-node.ts';

type MarkRow = { readonly name: string; value(right: Mark): string; readonly expect: Pattern };

const OPEN = 'open';
const other = (name: string, fields: Mark, expect: Pattern = OPEN): MarkRow => ({
  name,
  value: (right) => JSON.stringify({ ...right, ...fields }),
  expect,
});
const DRAINS = /^(?:settling|unready|refusing)$/;

export const MARKS: readonly MarkRow[] = [
  other('as it should be', {}, DRAINS),
  other('for whoever reads it', { boot: undefined }, DRAINS),
  other('of no date', { since: 1e300 }, DRAINS),
  other('by somebody who steers terminals', { by: '\u001b[2J\u202e' }, DRAINS),
  other('by __proto__', { by: { __proto__: 1 } }, DRAINS),
  other('that ends idle sessions at once', { idleMs: 0 }, DRAINS),
  ...[undefined, '', 7, null, [], 'x'.repeat(201), '\u001b[2J', '\0'].map((id) =>
    other(`with the id ${json(id)}`, { id }),
  ),
  ...['of-before', '', 7, null, 'x'.repeat(201), ['a']].map((boot) => other(`for the boot ${json(boot)}`, { boot })),
  ...['http://127.0.0.1:1', 'http://n1.other.example', '', 7, null, undefined].map((url) =>
    other(`at ${json(url)}`, { url }),
  ),
  ...['settleMs', 'marginMs', 'idleMs'].flatMap((field) =>
    [-1, 1e12, 1e308, '5m', {}, [1]].map((ms) => other(`with ${field} ${json(ms)}`, { [field]: ms })),
  ),
  other('that is lifted, of a drain that is not', { lifted: true }),
  other('of 1 MB', { by: 'x'.repeat(1_000_000) }),
  ...(
    [
      ['nothing', ''],
      ['null', 'null'],
      ['a list', '[]'],
      ['a number', '1e400'],
      ['half of JSON', '{"id":"a","url":'],
      ['bytes', '\xff\xfe\0\x80'],
      ['brackets', '['.repeat(500_000)],
      ['__proto__', '{"__proto__":{"id":"a","url":"b","settleMs":0,"marginMs":0}}'],
    ] as const
  ).map(([name, text]): MarkRow => ({ name: `of ${name}`, value: () => text, expect: OPEN })),
];

function json(value: unknown): string {
  return (JSON.stringify(value) ?? 'none').slice(0, 40);
}

const is =
  (name: RegExp, key: RegExp) =>
  (command: readonly string[]): boolean =>
    name.test(command[0] ?? '') && key.test(command[1] ?? '');
const isMark = is(/^get$/i, /^mcp:drain:/);
const isNode = is(/^get$/i, /^mcp:node:/);
const isAny = is(/^(?:get|set|del|exists|ping|scan)$/i, /^/);

const ANSWERS: readonly (readonly [string, string])[] = [
  ['an error of types', '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n'],
  ['an error without a word', '-\r\n'],
  ['an error of 1 MB', `-ERR ${'x'.repeat(1_000_000)}\r\n`],
  ['that it is loading', '-LOADING Redis is loading the dataset in memory\r\n'],
  ['that it is elsewhere', '-MOVED 1 127.0.0.1:1\r\n'],
  ['that it is full', '-OOM command not allowed\r\n'],
  ['that it asks who is there', '-NOAUTH Authentication required.\r\n'],
  ['that it is read-only', '-READONLY You cannot write against a read only replica.\r\n'],
  ['a number', ':9007199254740993\r\n'],
  ['a status', '+OK\r\n'],
  ['nothing', '$-1\r\n'],
  ['a list of nothing', '*-1\r\n'],
  ['a list', '*2\r\n$1\r\na\r\n*1\r\n:1\r\n'],
  ['lists of lists', '*1\r\n'.repeat(50_000)],
  ['another key', '$20\r\n{"boot":"b","url":1}\r\n'],
  ['bytes', '$4\r\n\xff\xfe\x00\x80\r\n'],
  ['a map of the newer protocol', '%1\r\n+a\r\n:1\r\n'],
  ['a push of the newer protocol', '>2\r\n+message\r\n:1\r\n'],
  ['two answers', '$1\r\na\r\n$1\r\nb\r\n'],
  ['a length below none', '$-5\r\n'],
  ['an invalid length', '$x\r\n'],
  ['half an answer', '$10\r\nabc'],
  ['what is no answer', '!!! HTTP/1.1 400 Bad Request\r\n\r\n'],
];

type RedisRow = { readonly name: string; readonly lie: RedisLie };

export const REDIS_LIES: readonly RedisRow[] = [
  ...ANSWERS.flatMap(([name, bytes]): RedisRow[] => [
    { name: `${name} for a mark`, lie: (command) => (isMark(command) ? bytes : undefined) },
    { name: `${name} for everything`, lie: (command) => (isAny(command) ? bytes : undefined) },
  ]),
  { name: 'no answer for a mark', lie: (command) => (isMark(command) ? 'nothing' : undefined) },
  { name: 'no answer for anything', lie: (command) => (isAny(command) ? 'nothing' : undefined) },
  { name: 'the end for a heartbeat', lie: (command) => (isNode(command) ? 'cut' : undefined) },
];

/** Written under these keys, beside those of live nodes. `why`: the session to ask about. */
export const UUID = '00000000-0000-4000-8000-000000000002';
const node = (fields: object): string =>
  JSON.stringify({ boot: 'b', url: 'http://127.0.0.1:1', sessions: 1, draining: false, refusing: false, ...fields });
const session = (fields: object): string =>
  JSON.stringify({ node: 'x1', boot: 'b', created: 1, client: 'c', ...fields });

export const RECORDS: readonly { readonly name: string; readonly node?: string; readonly session?: string }[] = [
  ...[
    undefined,
    '',
    'nowhere',
    'ftp://x',
    'file:///etc/passwd',
    'http://[',
    '\u001b[2J',
    'http://127.0.0.1:1/\u202e',
    7,
    [],
  ].map((url) => ({ name: `a node at ${json(url)}`, node: node({ url }), session: session({}) })),
  ...[-1, 1e308, 'x', null, {}].map((sessions) => ({
    name: `a node of ${json(sessions)} sessions`,
    node: node({ sessions }),
  })),
  ...['\u001b[2J', '', '__proto__', 'x'.repeat(10_000)].map((name) => ({
    name: `a node named ${json(name)}`,
    node: node({ name }),
  })),
  ...['\u001b[2J', 'x'.repeat(10_000), 7].map((drain) => ({
    name: `a node in drain ${json(drain)}`,
    node: node({ drain, draining: 'yes', idle: -1 }),
  })),
  ...[1e300, -1e300, 8.64e15, -1, 'x', null].map((created) => ({
    name: `a session of ${json(created)}`,
    node: node({}),
    session: session({ created }),
  })),
  ...['\u001b[2J\u0007', '\u202e', 'x'.repeat(10_000), 7, null].map((client) => ({
    name: `a session of the client ${json(client)}`,
    node: node({}),
    session: session({ client }),
  })),
  ...['handle', 'task', '__proto__', 7].map((kind) => ({
    name: `a session that is a ${json(kind)}`,
    node: node({}),
    session: session({ kind }),
  })),
  ...['', '[]', 'null', '\xff\xfe', '{"boot":', '['.repeat(100_000)].map((text) => ({
    name: `records of ${json(text)}`,
    node: text,
    session: text,
  })),
];
