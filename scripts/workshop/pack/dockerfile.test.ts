import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { HELP, readSettings } from '../../../node/settings.ts';
import { ROOT } from './build.ts';

type Instruction = { readonly name: string; readonly text: string };
type Stage = { readonly from: string; readonly instructions: readonly Instruction[] };

/** One line per instruction: the file has no continuation lines. */
const readStages = (text: string): readonly Stage[] => {
  const instructions = text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => ({ name: line.slice(0, line.indexOf(' ')), text: line.slice(line.indexOf(' ') + 1) }));
  const starts = instructions.flatMap(({ name }, i) => (name === 'FROM' ? [i] : []));
  return starts.map((start, i) => ({
    from: instructions[start]!.text,
    instructions: instructions.slice(start + 1, starts[i + 1]),
  }));
};

const stages = readStages(readFileSync(join(ROOT, 'config/Dockerfile'), 'utf8'));
const last = stages.at(-1)!;
const only = (name: string): string => {
  const [found, ...more] = last.instructions.filter((one) => one.name === name);
  assert.ok(found !== undefined && more.length === 0, `one ${name}`);
  return found.text;
};
const environment = Object.fromEntries(
  only('ENV')
    .split(' ')
    .map((pair) => pair.split('=') as [string, string]),
);
/** In exec form; otherwise it is not JSON. */
const healthCheck = JSON.parse(only('HEALTHCHECK').replace(/^.*? CMD /, '')) as [string, ...string[]];

test('the image is built in stages, and the last one is neither root nor built on tools', () => {
  assert.equal(stages.length, 3);
  assert.equal(only('USER'), 'node');
  assert.ok(!last.instructions.some(({ name }) => name === 'RUN'));
  assert.ok(stages.every(({ from }) => /^node:\d+-alpine\b/.test(from)));
  const supported = Number(/\d+/.exec(last.from)?.[0]);
  assert.ok(supported >= 20);
});

test('only what runs in production is in the image', () => {
  const [, dependencies] = stages;
  assert.ok(dependencies?.instructions.some(({ text }) => text.includes('npm ci --omit=dev')));
  const copied = last.instructions.filter(({ name }) => name === 'COPY').map(({ text }) => text);
  assert.deepEqual(copied, [
    '--from=dependencies /mooring/node_modules node_modules',
    '--from=build /mooring/dist dist',
    'package.json LICENSE ./',
  ]);
});

test('every file copied into the image exists', () => {
  const sources = stages
    .flatMap(({ instructions }) => instructions)
    .filter(({ name, text }) => name === 'COPY' && !text.startsWith('--from'))
    .flatMap(({ text }) => text.split(' ').slice(0, -1));
  for (const source of sources) assert.ok(existsSync(join(ROOT, source)), source);
  const shown = readFileSync(join(ROOT, '.dockerignore'), 'utf8');
  for (const source of sources) assert.match(shown, new RegExp(`^!${source.replaceAll('.', '\\.')}$`, 'm'));
});

test('signals reach the node: it is started without a shell, from compiled code that exists', () => {
  assert.deepEqual(JSON.parse(only('ENTRYPOINT')), ['node', 'dist/node/main.js']);
  assert.ok(existsSync(join(ROOT, 'node/main.ts')));
});

test('the image’s settings are valid for a node, on the documented port', () => {
  const read = readSettings([], environment);
  assert.ok(read.kind === 'run');
  assert.deepEqual([read.settings.host, read.settings.port], ['0.0.0.0', Number(only('EXPOSE'))]);
  for (const name of Object.keys(environment).filter((one) => one.startsWith('MOORING_')))
    assert.match(HELP, new RegExp(`--${name.slice('MOORING_'.length).toLowerCase().replaceAll('_', '-')} `));
});

for (const { status, healthy } of [
  { status: 200, healthy: true },
  { status: 503, healthy: false },
])
  test(`a node that answers ${status} is ${healthy ? 'healthy' : 'not'}`, async (t) => {
    const asked: (string | undefined)[] = [];
    const server = createServer(({ url }, res) => {
      asked.push(url);
      res.writeHead(status).end();
    });
    t.after(() => server.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const env = { ...process.env, MOORING_PORT: String((server.address() as AddressInfo).port) };
    const outcome = await promisify(execFile)(process.execPath, healthCheck.slice(1), { env }).then(
      () => true,
      () => false,
    );
    assert.equal(outcome, healthy);
    assert.deepEqual(asked, ['/healthz']);
  });
