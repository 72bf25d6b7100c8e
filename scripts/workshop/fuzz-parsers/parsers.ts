/**
 * Every parser of external input, with the properties of its results for any text. It may throw only the errors listed.
 */
import assert from 'node:assert/strict';
import { claimsOf } from '../../../node/core/principal.ts';
import { byteString } from '../../../router/core/request/byte-string.ts';
import { queryValues } from '../../../router/core/rule/query.ts';
import { requestFilter } from '../../../router/dashboard/request-filter.ts';
import type { SeenRequest } from '../../../router/dashboard/requests.ts';
import { readDynamic } from '../../../router/traefik/config/dynamic/read-dynamic.ts';
import { readStatic } from '../../../router/traefik/config/static/read-static.ts';
import { parseRedisUrl, RedisUrlError } from '../../../shared/registry/redis-url.ts';
import { forTerminal } from '../../../shared/terminal-text.ts';
import { setNodeState } from '../../../shared/topology/edit-topology.ts';
import { readTopology } from '../../../shared/topology/read-topology.ts';
import { formatGoDuration, parseGoDuration } from '../../../shared/traefik/go-duration.ts';
import { Misuse } from '../../cli/misuse.ts';
import { parseSetCookie } from '../../doctor/cookie.ts';
import { readCurl } from '../../explain/curl.ts';
import { readLogLine } from '../../explain/log-line.ts';
import { parseLogLine } from '../../logs/log-record.ts';
import { readLoad } from '../../sessions/node-load.ts';
import { edit, eventId, jsonRpc, marks, records, serverLine, sessionId } from './message-properties.ts';
import { allowedHost, cookies, forwarded, host, rule, target, upstreamHeaders } from './request-properties.ts';
import { events, lines, respond } from './stream-properties.ts';

export type Parser = {
  readonly name: string;
  /** Throws if a property does not hold, or if the parser throws an error that is not listed. */
  check(text: string): void;
  /** Valid inputs. */
  readonly seeds: readonly string[];
  /** Embeds a repeated text in an input. */
  readonly around?: (text: string) => string;
};

const attempt = <T>(read: () => T, allowed: new (...of: never[]) => Error): T | undefined => {
  try {
    return read();
  } catch (error) {
    if (error instanceof allowed) return undefined;
    throw error;
  }
};

const logLine = (text: string): void => {
  const record = parseLogLine(text);
  if (record !== undefined) assert.equal(typeof record.status, 'number');
  attempt(() => readLogLine(text), Misuse);
};

const placed = (problems: readonly { readonly place: { readonly line: number; readonly column: number } }[]): void => {
  for (const { place } of problems) assert.ok(place.line >= 1 && place.column >= 1, JSON.stringify(place));
};

const topology = (text: string): void => {
  const { topology: read, problems } = readTopology(text, 't.yaml');
  placed(problems);
  assert.equal(read === undefined, problems.length > 0, 'a topology or problems');
  const [node] = read?.nodes ?? [];
  if (node === undefined) return;
  const drained = setNodeState(text, node.id, 'draining');
  if (drained === undefined) return;
  const after = readTopology(drained, 't.yaml').topology;
  assert.equal(after?.nodes[0]?.state, 'draining');
  assert.deepEqual(
    after?.nodes.map(({ id, url }) => [id, url]),
    read?.nodes.map(({ id, url }) => [id, url]),
  );
};

const duration = (text: string): void => {
  const read = parseGoDuration(text);
  if ('error' in read) return;
  assert.ok(Number.isFinite(read.milliseconds));
  if (Math.abs(read.milliseconds) > 2 ** 40) return;
  assert.deepEqual(parseGoDuration(formatGoDuration(read.milliseconds)), read, formatGoDuration(read.milliseconds));
};

const terminal = (text: string): void => {
  const shown = forTerminal(text, { color: false });
  assert.ok(!/(?![\t\n])[\p{Cc}\p{Cf}\u2028\u2029]/u.test(shown));
  assert.equal(forTerminal(shown, { color: false }), shown);
};

const seen = { target: '/', method: 'GET', status: 200, host: 'a', reason: '', client: '', open: false } as SeenRequest;

const DYNAMIC = `http:
  routers: { a: { rule: 'PathPrefix(\`/\`)', service: a, middlewares: [m] } }
  middlewares: { m: { rateLimit: { average: 1, period: 1s } } }
  services: { a: { loadBalancer: { sticky: { cookie: { name: a } }, servers: [{ url: 'http://127.0.0.1:1' }] } } }
`;
const STATIC = 'entryPoints: { web: { address: ":80" } }\nproviders: { file: { filename: d.yml } }\n';
const TOPOLOGY =
  'nodes:\n  - id: n1\n    url: http://127.0.0.1:1\n    state: active\n  - { id: n2, url: "http://a:2" }\ncookie: { secure: false }\n';
const LOG =
  '{"DownstreamStatus":200,"RequestMethod":"POST","RequestPath":"/mcp?a","ServiceURL":"http://a","ClientAddr":"1.1.1.1:1","request_Mcp-Session-Id":"n1.aaaaaaaa","Duration":1}';

export const PARSERS: readonly Parser[] = [
  {
    name: 'target',
    check: target,
    seeds: ['/a/../b%2f%41//c?d=e;f', 'http://a:1/b', '*', '/%c3%a9/./'],
    around: (text) => `/${text}`,
  },
  { name: 'host', check: host, seeds: ['a.b:80', '[::1]:8080', '127.0.0.1', '[::1%25a]'] },
  {
    name: 'allowed host',
    check: allowedHost,
    seeds: ['localhost:1', '[::1]', 'a.example.org:8443', 'mcp.example.com\nhttps://app.example.com'],
  },
  { name: 'cookies', check: cookies, seeds: ['a=b; pin="c d"; pin=e', 'pin =', ' pin=a;pin'] },
  { name: 'query', check: (text) => void queryValues(byteString(text), 'a'), seeds: ['a=b&a=%41&c', 'a;b=+'] },
  {
    name: 'forwarded',
    check: forwarded,
    seeds: [
      'X-Forwarded-For: 1.1.1.1, ::1\nConnection: X-A, Te\nX-A: b\nTE: trailers',
      'Upgrade: h2c\nX_Forwarded_Proto: https',
    ],
  },
  {
    name: 'upstream headers',
    check: upstreamHeaders,
    seeds: ['Connection: a\nA: b\nMcp-Session-Id: c\nMcp-Name: =?base64?bjEuYQ==?=\nLocation: http://a/b'],
  },
  {
    name: 'rule',
    check: rule,
    seeds: [
      'Host(`a`) && (PathPrefix(`/b`) || !Header("c", `d`))',
      'PathRegexp(`^/(a|b)+\\x41$`)',
      'ClientIP(`10.0.0.0/8`) // a\n&& Query(`a`, `b`)',
    ],
  },
  {
    name: 'JSON-RPC',
    check: jsonRpc,
    seeds: [
      '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}',
      '[{"jsonrpc":"2.0","method":"a"},{"jsonrpc":"2.0","id":"b","result":{}}]',
    ],
  },
  {
    name: 'line of a server',
    check: serverLine,
    seeds: ['{"jsonrpc":"2.0","id":1,"result":{}}', ' [{"jsonrpc":"2.0","method":"a"}]\r'],
  },
  {
    name: 'edited strings',
    check: edit,
    seeds: [
      '{"params":{"taskId":"a","taskIds":["b",{"c":"d"}]},"a":"\\u0041"}',
      '{"result":{"task":{"taskId":"a"}},"a":["b"]}',
    ],
  },
  { name: 'session id', check: sessionId, seeds: ['n1.0190f5c8-9c3a-4d2a-8a51-0f5a3b1c2d3e', 'n-1_a.x'] },
  { name: 'event id', check: eventId, seeds: ['tag-0-3', 'tag-1-0', 'tag-0-999999999999999'] },
  { name: 'access log', check: logLine, seeds: [LOG] },
  { name: 'RESP', check: respond, seeds: ['*2\r\n$4\r\nPING\r\n$1\r\na\r\n', 'PING a\r\n*1\r\n$0\r\n\r\n*-1\r\n'] },
  {
    name: 'topology',
    check: topology,
    seeds: [TOPOLOGY, TOPOLOGY.replaceAll('\n', '\r\n'), '{"nodes":[{"id":"n1","url":"http://a:1"}]}'],
  },
  { name: 'static file', check: (text) => placed(readStatic({ file: 't.yml', text }).problems), seeds: [STATIC] },
  { name: 'dynamic file', check: (text) => placed(readDynamic([{ file: 'd.yml', text }]).problems), seeds: [DYNAMIC] },
  { name: 'duration', check: duration, seeds: ['1h2m3.5s', '-10µs', '.5ms', '1000000000'] },
  {
    name: 'marks',
    check: marks,
    seeds: [
      '{"id":"a","boot":"b","url":"http://a","since":1,"by":"c","settleMs":1,"marginMs":2,"lifted":false}',
      'n1 1 nonce mac',
    ],
  },
  {
    name: 'records',
    check: records,
    seeds: [
      '{"node":"n1","boot":"b","created":1,"client":"c","kind":"task"}',
      '{"boot":"b","url":"http://a","sessions":1,"started":1}',
    ],
  },
  { name: 'events', check: events, seeds: ['id: 1\nevent: message\ndata: {}\n\n: a\r\n\r\ndata:b\ndata:\n\n'] },
  { name: 'lines', check: lines, seeds: ['a\nb\r\n\nlonger than sixteen characters\n'] },
  {
    name: 'Redis URL',
    check: (text) => void attempt(() => parseRedisUrl(text), RedisUrlError),
    seeds: ['redis://a:b@c:1/2', 'redis+sentinel://a:1,b:2/name/3', 'redis+cluster://a,[::1]:2'],
  },
  { name: 'token', check: (text) => void claimsOf(text), seeds: ['Bearer a.eyJpc3MiOiJhIiwic3ViIjoiYiJ9.c'] },
  {
    name: 'Set-Cookie',
    check: (text) => void parseSetCookie(text),
    seeds: ['a=b; Path=/; Max-Age=1; SameSite=None; Secure; Domain=.a'],
  },
  {
    name: 'curl',
    check: (text) => void attempt(() => readCurl(text), Misuse),
    seeds: ["curl -X POST -H 'a: b' --data \"c\" $'d\\'' http://a/b", 'curl \\\n -sS http://a'],
  },
  {
    name: 'metrics',
    check: (text) => void readLoad(text),
    seeds: ['mooring_streams{a="b"} 1\n# HELP a\nmooring_sessions 2e1\n'],
  },
  {
    name: 'filter',
    check: (text) => void requestFilter(text, () => 'n1')(seen),
    seeds: ['node:n1 -status:5 is:open --a'],
  },
  { name: 'terminal', check: terminal, seeds: ['\u001b[1ma\u001b[0m\u202e\n\t'] },
];
