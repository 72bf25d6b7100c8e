import assert from 'node:assert/strict';
import test from 'node:test';
import { paintWith } from '../cli/paint.ts';
import { BoundedMap } from './bounded-map.ts';
import { Durations } from './durations.ts';
import { parseLogLine } from './log-record.ts';
import { LogSummary } from './log-summary.ts';
import { reportOf } from './report.ts';
import { reportText } from './report-text.ts';

type Fields = Readonly<Record<string, unknown>>;

const A = 'http://10.0.0.1:8080';
const B = 'http://10.0.0.2:8080';
const SESSION = 'n1.1b4e28ba-2fa1-41d2-883f-0016d3cca427';

/** A line with the fields of every Traefik line. */
const line = (fields: Fields): string =>
  JSON.stringify({
    DownstreamStatus: 200,
    OriginStatus: 200,
    RequestMethod: 'POST',
    RequestPath: '/mcp',
    RequestHost: 'mcp.test',
    RouterName: 'mcp@file',
    ServiceURL: A,
    Duration: 1_000_000,
    StartUTC: '2026-11-21T10:00:00.5Z',
    'request_Mcp-Session-Id': SESSION,
    'request_User-Agent': 'sdk/1',
    request_Cookie: 'REDACTED',
    ...fields,
  });

const summaryOf = (lines: readonly string[]): LogSummary => {
  const summary = new LogSummary('/mcp');
  for (const one of lines) {
    const record = parseLogLine(one);
    if (record === undefined) summary.skipped += 1;
    else summary.add(record);
  }
  return summary;
};

const textOf = (lines: readonly string[]): string => reportText(reportOf(summaryOf(lines)), paintWith(false));
const many = (count: number, fields: (i: number) => Fields): string[] =>
  Array.from({ length: count }, (_, i) => line(fields(i)));

for (const { what, lines, says, not } of [
  {
    what: 'a handle that two servers answer: no request of it has a session',
    lines: many(4, (i) => ({
      'request_Mcp-Session-Id': undefined,
      'downstream_X-Mooring-Session': 'n1.1b4e28ba',
      ServiceURL: i % 2 ? A : B,
    })),
    says: /1 answered by several servers\n {2}n1\.1b4e28ba… +3 moves in 4 requests/,
  },
  { what: 'a session that stays', lines: many(3, () => ({})), says: /1 seen; each was answered by one server/ },
  {
    what: 'a session that two servers answer',
    lines: many(4, (i) => ({ ServiceURL: i % 2 ? A : B })),
    says: /1 answered by several servers\n {2}n1\.1b4e28ba… +3 moves in 4 requests: http:\/\/10\.0\.0\.2:8080 2, http:\/\/10\.0\.0\.1:8080 2/,
    not: /1b4e28ba-2fa1/,
  },
  {
    what: 'sessions that were opened, though every answer of a session names it',
    lines: [
      line({ 'request_Mcp-Session-Id': undefined, 'downstream_Mcp-Session-Id': SESSION }),
      ...many(3, () => ({ 'downstream_Mcp-Session-Id': SESSION })),
    ],
    says: /4 requests \(100 %\), 1 session opened/,
  },
  {
    what: 'sessions of a log that redacts their ids, by what our nodes answer with',
    lines: many(4, (i) => ({
      ServiceURL: i % 2 ? A : B,
      'request_Mcp-Session-Id': 'REDACTED',
      'downstream_X-Mooring-Session': 'n1.1b4e28ba',
    })),
    says: /1 answered by several servers\n {2}n1\.1b4e28ba… +3 moves in 4 requests/,
  },
  {
    what: 'misroutes of a log that redacts ids, of servers that are not ours',
    lines: [line({ 'request_Mcp-Session-Id': 'REDACTED', DownstreamStatus: 404 })],
    says: /not told apart: .*; 1 request of a session met 404\n {2}help: .*npm run generate[\s\S]*observe\.sessionIds: keep/,
  },
  {
    what: 'the answer that opens a session',
    lines: [
      line({ 'request_Mcp-Session-Id': undefined, 'downstream_Mcp-Session-Id': SESSION }),
      line({ ServiceURL: B }),
    ],
    says: /1 answered by several servers[\s\S]*1 session opened/,
  },
  {
    what: 'a log that redacts the session',
    lines: many(2, () => ({ 'request_Mcp-Session-Id': 'REDACTED' })),
    says: /the log redacts Mcp-Session-Id\n {2}help:[\s\S]*Mcp-Session-Id: keep/,
  },
  {
    what: 'a log without headers',
    lines: many(2, () => ({ 'request_Mcp-Session-Id': undefined, request_Cookie: undefined })),
    says: /no line has Mcp-Session-Id[\s\S]*Mcp-Session-Id: keep/,
  },
  {
    what: 'a session that is not found',
    lines: [line({}), line({ DownstreamStatus: 404, ServiceURL: B })],
    says: /1 request of a session met 404[\s\S]*1 × http:\/\/10\.0\.0\.2:8080 does not have the session, asked by router mcp@file/,
  },
  {
    what: 'one that is not found, redacted',
    lines: [line({ DownstreamStatus: 404, 'request_Mcp-Session-Id': 'REDACTED' })],
    says: /1 × http:\/\/10\.0\.0\.1:8080 does not have the session/,
  },
  {
    what: 'a path without a router',
    lines: [
      line({}),
      line({ DownstreamStatus: 404, RequestPath: '/x?secret=1', RouterName: undefined, ServiceURL: undefined }),
    ],
    says: /1 × no router for POST mcp\.test\/x$/m,
    not: /secret/,
  },
  {
    what: 'clients without cookies',
    lines: [...many(3, () => ({ request_Cookie: undefined, 'request_User-Agent': 'bare/2' })), line({})],
    says: /clients that send no cookie[\s\S]*bare\/2 {2}3 of 3 requests without/,
    not: /sdk\/1 .*without/,
  },
  { what: 'clients that all send cookies', lines: many(2, () => ({})), says: /every client of a session sends them/ },
  {
    what: 'cookies that are not logged',
    lines: many(2, () => ({ request_Cookie: undefined })),
    says: /none in the log[\s\S]*Cookie: redact/,
  },
  {
    what: 'a hot node',
    lines: many(60, (i) => ({ ServiceURL: i % 10 ? A : B })),
    says: /10\.0\.0\.1:8080 {2}54 requests \(90 %\), hot: 1\.8 times its share/,
  },
  { what: 'errors of a node', lines: [line({ DownstreamStatus: 502 })], says: /1 × 5xx/ },
  {
    what: 'streams that a timeout cuts',
    lines: many(8, (i) => ({ RequestMethod: 'GET', Duration: i < 6 ? 60.1e9 : 3600e9 })),
    says: /8 ended: median 60 s, [\s\S]*6 of 8 ended after about \d\d s: a timeout cuts them/,
  },
  {
    what: 'something else among the lines',
    lines: [line({}), 'hello', '{"level":"info"}', '{'],
    says: /3 lines skipped/,
  },
  {
    what: 'names that would steer a terminal',
    lines: [line({ DownstreamStatus: 404, RouterName: undefined, RequestPath: '/\u001b[2J' })],
    says: /no router for/,
    not: /\p{Cc}\[2J/u,
  },
])
  test(`the report has ${what}`, () => {
    const text = textOf(lines);
    assert.match(text, says);
    if (not !== undefined) assert.doesNotMatch(text, not);
  });

test('following a log prints each move and each missing session', () => {
  const summary = new LogSummary('/mcp');
  const kinds = [
    line({}),
    line({ ServiceURL: B }),
    line({ ServiceURL: B, DownstreamStatus: 404 }),
    line({ RequestPath: '/mcpx' }),
  ]
    .flatMap((one) => summary.add(parseLogLine(one)!))
    .map(({ kind }) => kind);
  assert.deepEqual(kinds, ['moved', 'not-found']);
  assert.equal(summary.endpoint, 3);
});

test('memory is bounded: the least recently seen sessions are forgotten, and counted', () => {
  const map = new BoundedMap<string, { id: string }>(2);
  for (const id of ['a', 'b', 'a', 'c']) map.use(id, () => ({ id }));
  assert.deepEqual([map.values().map(({ id }) => id), map.dropped], [['a', 'c'], 1]);
});

test('durations are within 5 %, however many there are', () => {
  const durations = new Durations();
  for (let i = 1; i <= 10_000; i++) durations.add(i / 10);
  const near = (seen: number, wanted: number): void => assert.ok(Math.abs(seen / wanted - 1) < 0.05, `${seen}`);
  near(durations.quantile(0.5), 500);
  near(durations.quantile(0.95), 950);
  assert.deepEqual([durations.longest, durations.common()], [1000, undefined]);
});
