/** Every parser of external input runs in linear time. */

import { LineSplitter } from '../shared/lines.ts';
import { testTextGrowth } from '../shared/test-growth.ts';
import { parseSetCookie } from './doctor/cookie.ts';
import { EventReader } from './doctor/event-reader.ts';
import { readCurl } from './explain/curl.ts';
import { readLogLine } from './explain/log-line.ts';
import { parseLogLine } from './logs/log-record.ts';
import { readLoad } from './sessions/node-load.ts';

/** An exception is a valid result too. */
const attempt =
  (read: (text: string) => unknown) =>
  (text: string): unknown => {
    try {
      return read(text);
    } catch {
      return undefined;
    }
  };

testTextGrowth('curl command', attempt(readCurl), {
  around: (text) => `curl http://a/ ${text}`,
  units: ["'a' ", "'\\", "$'\\'", '"\\', '\\\n', '-H a:b ', '-sS', '-d', '--data=', 'a=b '],
  ends: ['', '?', "'", '"'],
  largest: 1 << 18,
});

const LINES = { units: ['{', '[', '"a":', '"a",', '\\u0041', '\\"', '%41'], ends: ['', '"}'], largest: 1 << 18 };
for (const [what, before] of [
  ['line of an access log', '{'],
  ['path in an access log', '{"DownstreamStatus":404,"RequestPath":"'],
  ['session in an access log', '{"DownstreamStatus":404,"RequestPath":"/","request_Mcp-Session-Id":"'],
  ['address in an access log', '{"DownstreamStatus":404,"RequestPath":"/","ClientAddr":"1'],
] as const)
  testTextGrowth(
    what,
    attempt((line) => [parseLogLine(line), attempt(readLogLine)(line)]),
    {
      ...LINES,
      around: (text) => before + text,
    },
  );

const inPieces = (size: number, push: (piece: string) => Iterable<string>) => (text: string) => {
  for (let at = 0; at < text.length; at += size) for (const _ of push(text.slice(at, at + size)));
};
for (const size of [1 << 18, 1000]) {
  testTextGrowth(`lines of a log in pieces of ${size}`, (text) => {
    const lines = new LineSplitter(1 << 20);
    return inPieces(size, (piece) => lines.push(piece).map(({ text }) => text))(text);
  });
  testTextGrowth(
    `events in pieces of ${size}`,
    (text) => {
      const events = new EventReader();
      return inPieces(size, (piece) => events.push(piece))(text);
    },
    { units: ['data:', 'data: a\n', 'data: a\r\n\r\n', '\n\n'] },
  );
}
testTextGrowth('Set-Cookie', parseSetCookie, { units: ['a=b;', ';;', '=;'] });
testTextGrowth('metrics of a node', readLoad, {
  units: ['mooring_streams{', 'mooring_streams 1\n', 'a}'],
  largest: 1 << 18,
});
