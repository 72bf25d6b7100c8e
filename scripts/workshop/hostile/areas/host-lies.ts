/** Misbehaviour of third-party servers behind a node: bytes over HTTP, and shell scripts over stdio. */
import type { Pattern } from '../../../../router/parity/pattern.ts';
import type { Lie } from '../rigs/lying-origin.ts';

export type SessionLie = Lie & { readonly at: 'initialize' | 'call'; readonly expect: Pattern };

const answer = (headers: readonly string[], body: string, status = '200 OK'): string =>
  [`HTTP/1.1 ${status}`, 'Content-Type: application/json', ...headers, `Content-Length: ${body.length}`, '', body].join(
    '\r\n',
  );
const named = (...ids: readonly string[]): string =>
  answer(
    ids.map((id) => `Mcp-Session-Id: ${id}`),
    '{"jsonrpc":"2.0","id":7,"result":{}}',
  );
const NONE = 'no id';

const ids: readonly SessionLie[] = (
  [
    ['an id of another node', 'n3.11111111-1111-4111-8111-111111111111', '200', /^n2\.n3\.1/],
    ['an id that ends with a blank', 'a ', '500', NONE],
    ['an empty id', '', /^(?:200|500)$/, NONE],
    ['an id with a blank in it', 'a b', '500', NONE],
    ['an id with a tab', 'a\tb', '500', NONE],
    ['an id with a control character', 'a\x01b', '500', NONE],
    ['an id with a NUL', 'a\0b', '500', NONE],
    ['an id with a bare return', 'a\rMcp-Session-Id: b', '500', NONE],
    ['an id above ASCII', 'a\xe9', '500', NONE],
    ['an id of 8 KB', 'a'.repeat(8_000), '500', NONE],
    ['__proto__', '__proto__', '200', 'n2.__proto__'],
    ['constructor', 'constructor', '200', 'n2.constructor'],
    ['a star', '*', '200', 'n2.*'],
    ['a path', '../../x', '200', 'n2.../../x'],
  ] as const
).map(([name, id, opened, given]) => ({
  ...{ name, at: 'initialize', answer: named(id) },
  expect: { opened, given },
}));

const opening: readonly SessionLie[] = [
  { name: 'two ids', answer: named('a', 'b'), expect: { opened: /^(?:200|500)$/ } },
  { name: 'two equal ids', answer: named('a', 'a'), expect: { opened: /^(?:200|500)$/ } },
  {
    name: 'an id with a refusal',
    answer: answer(['Mcp-Session-Id: a'], '{}', '400 Bad Request'),
    expect: { opened: '400' },
  },
  {
    name: 'a redirect elsewhere',
    answer: answer(['Location: http://evil.example/'], '', '307 Temporary Redirect'),
    expect: { opened: '307', given: NONE },
  },
  {
    name: '101',
    answer: 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
    expect: { opened: '500', given: NONE },
  },
  {
    name: 'a head without an end',
    answer: ['HTTP/1.1 200 OK\r\n', { repeat: `X-A: ${'x'.repeat(8_000)}\r\n`, times: 1_000 }],
    expect: { opened: '500', given: NONE },
  },
  {
    name: 'the answer before the request is read',
    answer: named('early'),
    early: true as const,
    expect: { opened: '200', given: 'n2.early' },
  },
  { name: 'no JSON', answer: answer(['Mcp-Session-Id: text'], 'hello'), expect: { opened: '200' } },
  { name: 'nothing, then a reset', answer: '', ends: 'reset' as const, expect: { opened: '500', given: NONE } },
  { name: 'nothing, then a clean close', answer: '', ends: 'end' as const, expect: { opened: '500', given: NONE } },
  {
    name: 'half an answer, then a reset',
    answer: named('half').slice(0, -10),
    ends: 'reset' as const,
    expect: { opened: /^(?:200|no answer)$/ },
  },
].map((one) => ({ ...one, at: 'initialize' }));

const calling: readonly SessionLie[] = [
  { name: 'another id in a call', answer: named('changed'), expect: { opened: '200', called: '200' } },
  { name: 'the id of another session in a call', answer: named('honest-0'), expect: { opened: '200', called: '200' } },
  { name: 'two ids in a call', answer: named('a', 'b'), expect: { opened: '200', called: '200' } },
  { name: 'two answers to a call', answer: named('a') + named('b'), expect: { opened: '200', called: '200' } },
  {
    name: 'an answer without a request',
    answer: answer([], '{"jsonrpc":"2.0","id":"of another","result":{}}'),
    expect: { called: '200' },
  },
  { name: '404 with a text', answer: answer([], 'x'.repeat(100), '404 Not Found'), expect: { called: '404' } },
  {
    name: 'a stream without an event',
    answer: 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: \n\n',
    ends: 'end' as const,
    expect: { called: '200' },
  },
  {
    name: 'events without an end',
    answer: [
      'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: ',
      { repeat: 'x'.repeat(65_536), times: 200 },
    ],
    ends: 'reset' as const,
    expect: { called: '200' },
  },
  {
    name: '101 to a call',
    answer: 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
    ends: 'reset' as const,
    expect: { called: '500' },
  },
  {
    name: '1,000 times 103',
    answer: [{ repeat: 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n', times: 1_000 }, named('a')],
    expect: { called: /^(?:200|500)$/ },
  },
].map((one) => ({ ...one, at: 'call' }));

export const SESSION_LIES: readonly SessionLie[] = [...ids, ...opening, ...calling] as readonly SessionLie[];

const echo = (message: object): string => `echo '${JSON.stringify({ jsonrpc: '2.0', ...message })}'`;
const RESULT = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'hostile', version: '1' } };
const BEGIN = echo({ id: 7, result: RESULT });
const ANSWER = echo({ id: 7, result: {} });
const SERVE = `while read -r _; do ${ANSWER}; done`;
export const HONEST_SCRIPT = `${BEGIN}; ${SERVE}`;

/** What it does, and the expected statuses of initialize and of a call. A script runs once initialize has been read. */
export const SCRIPTS: readonly { readonly name: string; readonly script: string; readonly expect: Pattern }[] = [
  { name: 'floods its output before it answers', script: 'yes', expect: '500' },
  { name: 'floods its standard error', script: 'yes >&2', expect: '500' },
  { name: 'floods both', script: 'yes >&2 & yes', expect: '500' },
  { name: 'writes a line without an end', script: "yes | tr -d '\\n'", expect: '500' },
  {
    name: 'writes 4 MB of brackets',
    script: "head -c 4000000 /dev/zero | tr '\\0' '['; echo; sleep 99",
    expect: '500',
  },
  { name: 'ends at once', script: 'exit 3', expect: '500' },
  { name: 'is killed', script: 'kill -9 $$', expect: '500' },
  { name: 'closes its output', script: 'exec >&-; sleep 99', expect: '500' },
  { name: 'closes its input, and answers', script: `exec <&-; ${BEGIN}; sleep 99`, expect: /^200 (?:200|404|503)$/ },
  { name: 'closes its standard error, and serves', script: `exec 2>&-; ${HONEST_SCRIPT}`, expect: '200 200' },
  { name: 'closes its output after initialize', script: `${BEGIN}; exec >&-; sleep 99`, expect: /^200 (?:200|404)$/ },
  {
    name: 'writes lines that are not JSON',
    script: `echo hello; echo '{'; echo '[]'; ${HONEST_SCRIPT}`,
    expect: '200 200',
  },
  { name: 'writes noise between', script: `head -c 100000 /dev/urandom; echo; ${HONEST_SCRIPT}`, expect: '200 200' },
  {
    name: 'answers twice',
    script: `${BEGIN}; ${BEGIN}; while read -r _; do ${ANSWER}; ${ANSWER}; done`,
    expect: '200 200',
  },
  {
    name: 'answers without a request',
    script: `${echo({ id: 'x', result: {} })}; ${HONEST_SCRIPT}`,
    expect: '200 200',
  },
  { name: 'refuses initialize', script: echo({ id: 7, error: { code: -1, message: 'no' } }), expect: '200' },
  { name: 'answers a call and exits', script: `${BEGIN}; read -r _; ${ANSWER}; exit 1`, expect: '200 200' },
  { name: 'exits during a call', script: `${BEGIN}; read -r _; exit 1`, expect: '200 200' },
  {
    name: 'leaves a hundred processes',
    script: `for i in $(seq 100); do sleep 99 & done; ${HONEST_SCRIPT}`,
    expect: '200 200',
  },
  {
    name: 'leaves processes in their own groups',
    script: `for i in 1 2 3; do setsid sleep 99 & done; ${HONEST_SCRIPT}`,
    expect: '200 200',
  },
  { name: 'ignores SIGTERM', script: `trap '' TERM; ${HONEST_SCRIPT}; sleep 99`, expect: '200 200' },
  { name: 'stops its guard', script: `${BEGIN}; read -r _; ${ANSWER}; kill -STOP $PPID; sleep 99`, expect: '200 200' },
  { name: 'stops itself and all its group', script: `${BEGIN}; read -r _; ${ANSWER}; kill -STOP 0`, expect: '200 200' },
  { name: 'kills its guard', script: `${BEGIN}; read -r _; ${ANSWER}; kill -KILL $PPID; sleep 99`, expect: '200 200' },
  {
    name: 'answers an id of a megabyte',
    script: `head -c 1000000 /dev/zero | tr '\\0' a | sed 's/.*/{"jsonrpc":"2.0","id":"&","result":{}}/'; echo; ${HONEST_SCRIPT}`,
    expect: '200 200',
  },
  {
    name: 'says __proto__ everywhere',
    script: `echo '{"jsonrpc":"2.0","id":"__proto__","result":{"__proto__":{"polluted":1}}}'; ${HONEST_SCRIPT}`,
    expect: '200 200',
  },
];
