import assert from 'node:assert/strict';
import test from 'node:test';
import { paintWith } from '../cli/paint.ts';
import { eventLine, logLine, requestLine } from './lines.ts';
import { seenByTraefik } from './request.ts';

const paint = paintWith(false);
const AT = new Date(2026, 0, 2, 3, 4, 5, 67).getTime();

for (const [what, line, text] of [
  [
    "a node's",
    `{"level":30,"time":${AT},"session":"n1.0000…","msg":"a session was opened"}`,
    '03:04:05.067 a session was opened session=n1.0000…',
  ],
  ['an error', `{"level":50,"time":${AT},"err":{"message":"no"},"msg":"failed"}`, '03:04:05.067 failed error=no'],
  ["Traefik's", '{"level":"info","time":"x","message":"Starting"}', '--:--:--.--- Starting'],
  ['plain', 'Debugger attached.', 'Debugger attached.'],
  ['broken JSON', '{"level":', '{"level":'],
] as const)
  test(`${what} line is shown`, () => assert.deepEqual(logLine('n1', line, paint), { from: 'n1', text }));

test('an error is shown with the stack frames of the user’s code', () => {
  const frames = [
    'at createServer (/home/me/server.ts:5:24)',
    'at openSession (/x/node_modules/mooring/dist/node/mcp/open-session.js:3:1)',
    'at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
    'at async file:///home/me/tools.ts:9:1',
  ];
  const err = { message: 'no', stack: `Error: no\n    ${frames.join('\n    ')}` };
  const { text } = logLine('n1', JSON.stringify({ level: 50, time: AT, err, msg: 'failed' }), paint);
  assert.equal(text, `03:04:05.067 failed error=no\n    ${frames[0]}\n    ${frames[3]}`);
});

test('the end of a node is shown with its last lines', () => {
  const told = eventLine({ at: AT, kind: 'node', node: 'n2', state: 'down', detail: 'ended with code 1\nboom' }, paint);
  assert.equal(told?.text, '03:04:05.067 down: ended with code 1\n    boom');
});

test('a request looks the same behind the router and behind Traefik', () => {
  const line = JSON.stringify({
    RequestMethod: 'POST',
    RequestPath: '/mcp',
    ServiceURL: 'http://127.0.0.1:1',
    DownstreamStatus: 200,
    Duration: 1_500_000,
    RouterName: 'node-n1@file',
    StartUTC: new Date(AT).toISOString(),
  });
  const seen = seenByTraefik(line, {
    nodeAt: (url) => (url.endsWith(':1') ? { id: 'n1', draining: false } : undefined),
    ruleOf: () => 'HeaderRegexp(`Mcp-Session-Id`, `^n1\\.`)',
  });
  assert.equal(
    requestLine(seen!, 'traefik', paint).text,
    '03:04:05.067 POST   /mcp → n1 200 1.5 ms (node-n1@file, session-id)',
  );
  assert.equal(
    seenByTraefik('{"level":"info","message":"no request"}', { nodeAt: () => undefined, ruleOf: () => '' }),
    undefined,
  );
});

test('colours are only where they are wanted', () => {
  assert.equal(paint.name('n1'), 'n1');
  assert.ok(paintWith(true).name('n1').startsWith('\x1b['));
});
