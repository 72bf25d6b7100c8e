/** Forged relay marks and registry entries. */
import {
  CHALLENGE,
  MARK,
  MARK_REFUSED,
  type Marked,
  PROOF,
  type Proof,
  signMark,
} from '../../../../node/core/relay-mark.ts';
import type { Pattern } from '../../../../router/parity/pattern.ts';
import { KEYS, recordOf, UUID } from '../rigs/relay-nodes.ts';

export type Right = Marked & Proof;

let nonces = 0;
/** The relay header that n2 would send, with some fields changed. */
export const signed = (right: Right, other: Partial<Right & { nonce: string }> = {}, keys = KEYS): string[] => [
  `${MARK}: ${signMark(keys, { from: 'n2', nonce: `hostile-mark-${nonces++}`, ...right, ...other })}`,
];
/** With a MAC that differs between the two alphabets of base64. */
const textOf = (right: Right): string => {
  const text = (signed(right)[0] as string).slice(MARK.length + 2);
  return /[-_]\S*$/.test(text) ? text : textOf(right);
};
const changed = (change: (text: string) => string) => (right: Right) => [`${MARK}: ${change(textOf(right))}`];

type MarkRow = { readonly name: string; headers(right: Right): readonly string[]; readonly expect: Pattern };

export const MARKS: readonly MarkRow[] = [
  { name: 'as it should be', headers: (right) => signed(right), expect: '200' },
  {
    name: 'signed with another secret',
    headers: (right) => signed(right, {}, ['x'.repeat(16) + KEYS[0]]),
    expect: '403',
  },
  ...Object.entries({
    'for another method': { method: 'GET' },
    'for another path': { path: '/mcp?a' },
    'for another session': { session: `n1.${UUID}` },
    'for another process': { boot: 'of-before' },
    'for a process without a name': { boot: '' },
    'from long ago': { clock: 0 },
    'from the future': { clock: 999_999_999_999_999 },
  }).map(([name, other]): MarkRow => ({ name, headers: (right) => signed(right, other), expect: '403' })),
  ...Object.entries({
    'ten minutes old': -600_000,
    'five seconds old': -5_000,
    'ten minutes ahead': 600_000,
  }).map(
    ([name, ms]): MarkRow => ({
      name,
      headers: (right) => signed(right, { clock: Math.max(0, right.clock + ms) }),
      expect: '403',
    }),
  ),
  ...(
    [
      ['cut by one', (text) => text.slice(0, -1)],
      ['cut by half', (text) => text.slice(0, text.length / 2)],
      ['twice', (text) => `${text} ${text}`],
      ['twice as long', (text) => text + text],
      ['with a comma', (text) => `${text}, ${text}`],
      ['from nobody', (text) => text.replace('n2', '')],
      ['from the node itself', (text) => text.replace('n2', 'n1')],
      ['with another nonce', (text) => text.replace('hostile-mark', 'another')],
      ['with a clock that is none', (text) => text.replace(/ \d+ /, ' NaN ')],
      ['with a negative clock', (text) => text.replace(/ (\d+) /, ' -$1 ')],
      ['with a clock of 10,000 digits', (text) => text.replace(/ \d+ /, ` ${'9'.repeat(10_000)} `)],
      ['with another alphabet', (text) => text.replace(/\S+$/, (mac) => mac.replace(/[-_]/g, '+'))],
      ['in capitals', (text) => text.toUpperCase()],
      ['of tabs', (text) => text.replaceAll(' ', '\t')],
      ['of bytes', () => '\xff\xfe\xfd n2 1 n m'],
      ['of nothing', () => ''],
      ['of spaces', () => '    '],
      ['__proto__', () => '__proto__ 1 __proto__ __proto__'],
      ['of 12 KB', () => `n2 1 ${'n'.repeat(12_000)} m`],
    ] as readonly (readonly [string, (text: string) => string])[]
  ).map(([name, change]): MarkRow => ({ name, headers: changed(change), expect: /^(?:403|431)$/ })),
  { name: 'with a clock in another form', headers: changed((text) => text.replace(/ (\d+) /, ' 0$1 ')), expect: '200' },
  { name: 'of 64 KB', headers: changed(() => 'n'.repeat(65_536)), expect: '431' },
  { name: 'with a NUL', headers: changed((text) => `${text}\0`), expect: '400' },
  { name: 'next to another one', headers: (right) => [...signed(right), ...signed(right)], expect: '403' },
  { name: 'that Connection names', headers: () => [`${MARK}: n2 1 n m`, `Connection: ${MARK}`], expect: '403' },
  { name: 'with a good challenge', headers: (right) => [...signed(right), `${CHALLENGE}: a b`], expect: '200' },
];

/** Through n1 to a session of n2. */
export const FROM_OUTSIDE: readonly {
  readonly name: string;
  readonly headers: readonly string[];
  readonly expect: Pattern;
}[] = [
  { name: 'a mark', headers: [`${MARK}: n9 1 n m`], expect: '403' },
  { name: 'a challenge', headers: [`${CHALLENGE}: nonce mac`], expect: '200' },
  { name: 'a proof', headers: [`${PROOF}: boot 1 mac`], expect: '200' },
  { name: 'a refusal of a mark', headers: [`${MARK_REFUSED}: late`], expect: '200' },
  { name: 'an earlier relay', headers: ['X-Mooring-Relayed-By: n2', 'X-Mooring-Node: n2'], expect: '200' },
  { name: 'a connection that names the mark', headers: [`Connection: ${MARK}, Mcp-Session-Id`], expect: /^[24]\d\d$/ },
  { name: 'a thousand hops', headers: [`X-Forwarded-For: ${'1.1.1.1, '.repeat(1_000)}1.1.1.1`], expect: '200' },
];

type Written = readonly (readonly [string, string])[];
type Around = { readonly stranger: string; readonly self: string; readonly mine: string };
type RegistryLie = {
  readonly name: string;
  keys(around: Around): Written;
  /** `mine`: a session of n2. */
  readonly session: string;
  readonly expect: Pattern;
};

export const MISSING = /^(?:404|503)$/;
const beat = (url: unknown, more: object = {}): string =>
  JSON.stringify({ boot: 'boot', url, sessions: 1, draining: false, refusing: false, ...more });
const DEPTH = '['.repeat(10_000);

/** It is on n2, whatever its record says: the id names n2. */
export const RECORDS: readonly RegistryLie[] = (
  [
    ['of another node', () => recordOf('n1')],
    ['of a node that nobody knows', () => recordOf('n9')],
    ['of no node', () => '{}'],
    ['of __proto__', () => '{"__proto__":{"node":"n2"},"node":"__proto__","boot":"a","created":1}'],
    ['of another boot', () => recordOf('n2')],
    ['of no date', () => JSON.stringify({ node: 'n2', boot: 'boot', created: 1e300, client: '' })],
    [
      'of a client that steers terminals',
      () => JSON.stringify({ node: 'n2', boot: 'b', created: 1, client: '\u001b[2J' }),
    ],
    ['of bytes', () => '\xff\xfe\0'],
    ['of depth', () => DEPTH],
    ['of 1 MB', () => JSON.stringify({ node: 'n2', boot: 'x'.repeat(1_000_000), created: 1 })],
  ] as const
).map(([name, value]) => ({
  name: `a record ${name}`,
  keys: ({ mine }) => [[`mcp:session:${mine}`, value()]],
  session: 'mine',
  expect: '200',
}));

export const BEATS: readonly RegistryLie[] = [
  ...(
    [
      ['at the address of a stranger', ({ stranger }) => beat(stranger)],
      ['at the address of the node that is asked', ({ self }) => beat(self)],
      ['at no URL', () => beat('nowhere')],
      ['at a URL of another scheme', () => beat('ftp://127.0.0.1')],
      ['at a URL of a file', () => beat('file:///etc/passwd')],
      ['at a URL with a user', ({ stranger }) => beat(stranger.replace('//', '//n2:secret@'))],
      ['at a URL of 10 KB', () => beat(`http://127.0.0.1/${'x'.repeat(10_000)}`)],
      ['at a URL that is a list', () => beat(['http://127.0.0.1:1'])],
      ['that is another process', () => beat('http://127.0.0.1:1', { boot: '\r\nX: y' })],
      ['of half of JSON', () => '{"boot":"a","url":'],
      ['of depth', () => DEPTH],
    ] as readonly (readonly [string, (around: Around) => string])[]
  ).map(
    ([name, value]): RegistryLie => ({
      name: `a heartbeat ${name}`,
      keys: (around) => [['mcp:node:n2', value(around)]],
      session: 'mine',
      // The node may just have rewritten its own.
      expect: /^(?:200|404|503)$/,
    }),
  ),
  ...(
    [
      ['at the address of a stranger', ({ stranger }) => beat(stranger)],
      ['at no URL', () => beat('nowhere')],
      ['at a URL of another scheme', () => beat('gopher://127.0.0.1')],
      ['at a URL with a bad port', () => beat('http://127.0.0.1:99999')],
      ['at the empty URL', () => beat('')],
    ] as readonly (readonly [string, (around: Around) => string])[]
  ).map(
    ([name, value]): RegistryLie => ({
      name: `a node of no topology ${name}`,
      keys: (around) => [
        ['mcp:node:n9', value(around)],
        [`mcp:session:n9.${UUID}`, recordOf('n9')],
      ],
      session: `n9.${UUID}`,
      expect: MISSING,
    }),
  ),
];
