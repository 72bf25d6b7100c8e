/** Hostile ids of handles and tasks, sealed state, filters and headers. */
import type { Pattern } from '../../../../router/parity/pattern.ts';
import type { HttpMessage } from '../rigs/raw-mcp.ts';
import { type Calling, calling, REFUSED, useTool } from '../rigs/raw-state.ts';
import type { Owned } from '../rigs/state-nodes.ts';

type Row<Asked> = { readonly name: string; readonly ask: Asked; readonly expect: Pattern };

const UUID = '00000000-0000-4000-8000-000000000000';
const double = (text: string, length: number): string => text.repeat(Math.ceil(length / text.length)).slice(0, length);

/** Derived from an id that exists. */
const FORMS: readonly (readonly [string, (id: string) => unknown])[] = [
  ['cut', (id) => id.slice(0, -1)],
  ['without its node', (id) => id.slice(3)],
  ['twice', (id) => id + id],
  ['with a blank', (id) => `${id} `],
  ['with a NUL', (id) => `${id}\0`],
  ['with an end of line', (id) => `${id}\r\nX-User: ada`],
  ['turned around', (id) => `\u202e${id}`],
  ['in capitals', (id) => id.toUpperCase()],
  ['with another node', (id) => id.replace(/^n\d/, (node) => (node === 'n1' ? 'n2' : 'n1'))],
  ['with a node that is gone', (id) => id.replace(/^n\d/, 'n3')],
  ['with a node that nobody knows', (id) => id.replace(/^n\d/, 'zzz')],
  ['of 2 KB', (id) => double(id, 2_048)],
  ['of 128 KB', (id) => double(id, 131_072)],
  ['of 1 MB', (id) => double(id, 1_048_576)],
  ['guessed', () => `n1.${UUID}`],
  ['__proto__', () => '__proto__'],
  ['n1.__proto__', () => 'n1.__proto__'],
  ['n1. alone', () => 'n1.'],
  ['a dot', () => '.'],
  ['n1..x', () => 'n1..x'],
  ['a star', () => 'n1.*'],
  ['a path', () => '../../etc/passwd'],
  ['nothing', () => ''],
  ['a list', (id) => [id]],
  ['an object', (id) => ({ toString: id, __proto__: id })],
  ['a number', () => 1e308],
  ['null', () => null],
];

const METHODS: readonly (readonly [string, (id: unknown, more?: Calling) => HttpMessage, keyof Owned])[] = [
  ['a handle', (drawer, more) => useTool('use_drawer', { drawer }, more), 'drawer'],
  ['a handle to close', (drawer, more) => useTool('close_drawer', { drawer }, more), 'drawer'],
  ...['get', 'update', 'cancel'].map(
    (verb) =>
      [
        `a task to ${verb}`,
        (taskId: unknown, more?: Calling) =>
          calling(`tasks/${verb}`, { ...more, params: { taskId, inputResponses: { word: { action: 'accept' } } } }),
        'task',
      ] as const,
  ),
];

const everyWay = (form: (id: string) => unknown, more?: Calling) => (owned: Owned) =>
  METHODS.map(([what, make, of]) => [what, make(form(owned[of]), more)] as const);

/** Every way to use an id; returns what was not refused. */
export const IDS: readonly Row<ReturnType<typeof everyWay>>[] = [
  ...FORMS.map(([how, form]) => ({ name: `an id ${how}`, ask: everyWay(form), expect: [] })),
  { name: "another caller's id", ask: everyWay((id) => id, { user: 'bob' }), expect: [] },
  { name: 'an id without credentials', ask: everyWay((id) => id, { user: '' }), expect: [] },
];

const CONTRADICTIONS: readonly (readonly [string, (owned: Owned) => Calling['headers'] & object])[] = [
  ['another method', () => ({ 'Mcp-Method': 'tools/list' })],
  ['a method that every object has', () => ({ 'Mcp-Method': '__proto__' })],
  ['another protocol', () => ({ 'MCP-Protocol-Version': '2025-11-25' })],
  ['a protocol to come', () => ({ 'MCP-Protocol-Version': '9999-99-99' })],
  ['a session too, of nobody', () => ({ 'Mcp-Session-Id': `n1.${UUID}`, 'Mcp-Method': 'tools/list' })],
  ['another name', () => ({ 'Mcp-Name': 'open_drawer' })],
  ['a name that is cut', () => ({ 'Mcp-Name': 'use_drawe' })],
  ['two names in one', () => ({ 'Mcp-Name': 'use_drawer, use_drawer' })],
  ['a name in bad base64', () => ({ 'Mcp-Name': '=?base64?%%%?=' })],
  ['no handle', () => ({ 'Mcp-Param-Handle': undefined })],
  ['another handle', () => ({ 'Mcp-Param-Handle': `n2.${UUID}` })],
  ['another handle in base64', () => ({ 'Mcp-Param-Handle': '=?base64?bjIueA==?=' })],
  ['two handles in one', ({ drawer }) => ({ 'Mcp-Param-Handle': `${drawer}, ${drawer}` })],
  ['a handle of a node that is gone', () => ({ 'Mcp-Param-Handle': `n3.${UUID}` })],
];
export const HEADERS: readonly Row<(owned: Owned) => HttpMessage>[] = CONTRADICTIONS.map(([what, headers]) => ({
  name: `a header that says ${what}`,
  ask: (owned) => useTool('use_drawer', { drawer: owned.drawer }, { headers: headers(owned) }),
  expect: /^(?:400|404)/,
}));

export const goOn = (
  requestState: unknown,
  inputResponses: unknown = { sure: { action: 'accept' } },
  user = 'ada',
): HttpMessage =>
  calling('tools/call', {
    user,
    params: { name: 'delete', arguments: { file: 'a' }, requestState, inputResponses },
  });

export const SEALED: readonly Row<(sealed: string) => HttpMessage>[] = [
  ['its own', (sealed: string) => goOn(sealed), 'served complete'],
  ['its own, once more', (sealed: string) => goOn(sealed), 'served complete'],
  ['that of somebody else', (sealed: string) => goOn(sealed, undefined, 'bob'), REFUSED],
  ...[1, 10, 40, 80].map((less) => [`cut by ${less}`, (sealed: string) => goOn(sealed.slice(0, -less)), REFUSED]),
  ...[2, 4, 64, 1024, 4096].map((times) => [
    `${times} times as long`,
    (sealed: string) => goOn(sealed.repeat(times).slice(0, 1_048_576)),
    REFUSED,
  ]),
  ...['\r\n', ' '].map((more) => [
    `with ${JSON.stringify(more)} behind it, which base64 passes over`,
    (sealed: string) => goOn(sealed + more),
    /^served|^200 error/,
  ]),
  ...['\0', '\u202e', '.'].map((more) => [
    `with ${JSON.stringify(more)} behind it`,
    (sealed: string) => goOn(sealed + more),
    REFUSED,
  ]),
  ['with another middle', (sealed: string) => goOn(sealed.replace(/\..*\./, '.e30.')), REFUSED],
  ['with the letters of another case', (sealed: string) => goOn(sealed.toUpperCase()), REFUSED],
  ...['', '..', 'v1..', 'v1.e30.AAAA', '__proto__', 7, [], {}, true].map((made) => [
    `made up: ${JSON.stringify(made)}`,
    () => goOn(made),
    REFUSED,
  ]),
  ...[null, [], 'x', { __proto__: 1 }, { sure: '__proto__' }, { sure: [[[[[]]]]] }].map((answers) => [
    `with an answer that is ${JSON.stringify(answers)}`,
    (sealed: string) => goOn(sealed, answers),
    /^(?:served|4\d\d|200 error)/,
  ]),
].map(([what, ask, expect]) => ({
  name: `sealed state ${what}`,
  ask: ask as (sealed: string) => HttpMessage,
  expect: expect as Pattern,
}));

export const listen = (notifications: unknown): HttpMessage =>
  calling('subscriptions/listen', { params: { notifications } });
const many = (count: number, length: number): string[] =>
  Array.from({ length: count }, (_, i) => `a:${i}`.padEnd(length, 'x'));

export const LISTENING: readonly Row<HttpMessage>[] = (
  [
    ...[null, 7, 'x', [], undefined].map((filter) => [JSON.stringify(filter), filter, /^(?:400|200 error|heard)/]),
    ...[{ length: 1 }, 7, 'n1.a', [7], [null], [['n1.a']], { 0: 'a', length: 1e9 }].map((taskIds) => [
      `tasks ${JSON.stringify(taskIds)}`,
      { taskIds },
      /^200 error -32602/,
    ]),
    ['tasks of nobody', { taskIds: ['__proto__', 'n1.', '.', '\0', '*'] }, 'heard'],
    ...[{ length: 1 }, 7, [7], [{}]].map((resourceSubscriptions) => [
      `resources ${JSON.stringify(resourceSubscriptions)}`,
      { resourceSubscriptions },
      REFUSED,
    ]),
    ['1,001 tasks', { taskIds: many(1_001, 8) }, /^200 error -32602/],
    ['50,000 tasks', { taskIds: many(50_000, 8) }, REFUSED],
    ['a task of 1 MB', { taskIds: many(1, 1_048_576) }, /^(?:heard|200 error)/],
    ['1,000 tasks of 1 KB', { taskIds: many(1_000, 1_024) }, /^(?:heard|200 error)/],
    ['what every object has', { __proto__: { taskIds: 1 }, constructor: true, toolsListChanged: true }, 'heard'],
    ['depth', JSON.parse(`{"toolsListChanged":${'['.repeat(100)}${']'.repeat(100)}}`), REFUSED],
  ] as readonly (readonly [string, unknown, Pattern])[]
).map(([what, filter, expect]) => ({ name: `a stream of changes: ${what}`, ask: listen(filter), expect }));
