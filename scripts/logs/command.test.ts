import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test, { type TestContext } from 'node:test';
import { createLineMaker } from '../../router/traefik/observe/access-log.ts';
import { exampleRecord } from '../../router/traefik/observe/test-record.ts';
import { runCommand, runMooring, startMooring } from '../explain/test-run.ts';
import { command } from './command.ts';

const line = (server: string): string =>
  `${JSON.stringify({ DownstreamStatus: 200, RequestMethod: 'POST', RequestPath: '/mcp', ServiceURL: server, 'request_Mcp-Session-Id': 'n1.1b4e28ba-2fa1-41d2-883f-0016d3cca427' })}\n`;

const fileOf = async (t: TestContext, text: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'logs-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'access.log');
  await writeFile(file, text);
  return file;
};

test('a log is reported as text and as JSON', async (t) => {
  const file = await fileOf(t, line('http://a') + line('http://b'));
  const text = await runMooring(['logs', file]);
  assert.deepEqual([text.code, text.err], [1, '']);
  assert.match(text.out, /^2 requests, 2 to the endpoint\n/);
  const report = JSON.parse((await runCommand(command, [file, '--json'])).out);
  assert.deepEqual([report.event, report.flappingCount, report.flapping[0].session], ['report', 1, 'n1.1b4e28ba…']);
});

for (const { when, text, args = [], code, says } of [
  { when: 'all is well', text: line('http://a'), code: 0, says: /each was answered by one server/ },
  {
    when: 'the endpoint is elsewhere',
    text: line('http://a'),
    args: ['--prefix', '/other'],
    code: 0,
    says: /no request to the endpoint: --prefix/,
  },
  {
    when: 'it is in the common format',
    text: '127.0.0.1 - - [21/Nov/2026] "GET / HTTP/1.1" 200\n',
    code: 1,
    says: /no line of a JSON access log\n {2}help: set accessLog\.format/,
  },
  { when: 'it is empty', text: '', code: 0, says: /no line of a JSON access log/ },
])
  test(`logs ends with ${code} when ${when}`, async (t) => {
    const run = await runCommand(command, [await fileOf(t, text), ...args]);
    assert.match(run.out + run.err, says);
    assert.equal(run.code, code);
  });

test('a prefix without its slash is misuse', async (t) => {
  const run = await runCommand(command, [await fileOf(t, line('http://a')), '--prefix', 'mcp']);
  assert.equal(run.code, 2);
  assert.match(run.err, /--prefix begins with a slash: \/mcp/);
});

test('a missing file is misuse, and its full path is shown', async () => {
  const run = await runCommand(command, ['nosuch.log']);
  assert.equal(run.code, 2);
  assert.match(run.err, /there is no file nosuch\.log; accessLog\.filePath/);
});

test("the router's own lines are read", async (t) => {
  const lineOf = createLineMaker({
    filePath: undefined,
    format: 'json',
    filters: { statusCodes: [], retryAttempts: false, minDuration: 0 },
    fields: { defaultMode: 'keep', names: new Map(), headers: { defaultMode: 'keep', names: new Map() } },
    addInternals: false,
  });
  const run = await runCommand(command, [await fileOf(t, lineOf(exampleRecord()) ?? ''), '--json', '--prefix', '/']);
  assert.equal(JSON.parse(run.out).requests, 1);
});

test('a line that is too long is skipped, and the lines after it count', async (t) => {
  const file = await fileOf(t, `${line('http://a')}${'é'.repeat(3_000_000)}\n${line('http://a')}`);
  const report = JSON.parse((await runCommand(command, [file, '--json'])).out);
  assert.deepEqual([report.requests, report.skipped], [2, 1]);
});

test('a log is followed through new lines, rotation and truncation, and reported at the end', {
  timeout: 120_000,
}, async (t) => {
  const file = await fileOf(t, line('http://a'));
  const child = startMooring(['logs', file, '--follow', '--json']);
  t.after(() => child.kill('SIGKILL'));
  const said = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<{ event: string; text?: string; requests?: number }> =>
    JSON.parse((await said.next()).value);
  await appendFile(file, line('http://b'));
  assert.match((await next()).text ?? '', /answered by http:\/\/b, and before by http:\/\/a/);
  await rename(file, `${file}.1`);
  await appendFile(`${file}.1`, line('http://c'));
  assert.match((await next()).text ?? '', /by http:\/\/c/);
  await writeFile(file, line('http://d-of-a-longer-name'));
  assert.match((await next()).text ?? '', /by http:\/\/d/);
  await writeFile(file, '');
  await appendFile(file, line('http://e').slice(0, 20));
  await appendFile(file, line('http://e').slice(20));
  assert.match((await next()).text ?? '', /by http:\/\/e/);
  child.kill('SIGINT');
  const report = await next();
  assert.deepEqual([report.event, report.requests], ['report', 5]);
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
  assert.equal(code, 1);
});
