import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { silentLog } from '../log.ts';
import { findRedis } from './find-redis.ts';
import { ask, noRedis, probe } from './test-bench.ts';

const log = silentLog();

test('REDIS_URL is used as given, and its password is not shown', async () => {
  const url = 'redis://user:hunter2@example.test:7000/3';
  const found = await findRedis({ env: { REDIS_URL: url, PATH: '' }, log });
  assert.deepEqual([found.how, found.url], ['given', url]);
  assert.match(found.sentence, /redis:\/\/user@example\.test:7000\/3/);
  assert.doesNotMatch(found.sentence, /hunter2/);
});

test('an invalid REDIS_URL is an error, not a reason to look elsewhere', async () => {
  await assert.rejects(findRedis({ env: { REDIS_URL: 'http://x', PATH: '' }, log }), { code: 'REDIS_URL' });
});

test('a server on PATH is started, answers, and is stopped', { skip: noRedis, timeout: 120_000 }, async (t) => {
  const found = await findRedis({ env: { PATH: process.env.PATH }, log });
  t.after(found.stop);
  assert.equal(found.how, 'server');
  assert.equal(await ask(await probe(t, found.url), 'CONFIG', 'GET', 'save').then(String), 'save,');
  await found.stop();
  await refused(found.url);
});

test('without one, or with one that does not start, the embedded server answers', { timeout: 120_000 }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-path-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'redis-server'), '#!/bin/sh\nexit 1\n');
  await chmod(join(folder, 'redis-server'), 0o755);
  for (const PATH of ['', folder]) {
    const found = await findRedis({ env: { PATH }, log });
    t.after(found.stop);
    assert.equal(found.how, 'embedded');
    assert.equal(await ask(await probe(t, found.url), 'PING'), 'PONG');
  }
});

test('the server does not outlive us, even if we are killed', { skip: noRedis, timeout: 120_000 }, async (t) => {
  const script = `
    import { findRedis } from ${JSON.stringify(new URL('find-redis.ts', import.meta.url).href)};
    import { silentLog } from ${JSON.stringify(new URL('../log.ts', import.meta.url).href)};
    const { url } = await findRedis({ env: { PATH: process.env.PATH }, log: silentLog() });
    console.log(url);`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = await once(child.stdout, 'data');
  const redis = connect(Number(new URL(String(url)).port), '127.0.0.1');
  t.after(() => redis.destroy());
  await once(redis, 'connect');
  child.kill('SIGKILL');
  // The connection ends with the server.
  redis.on('error', () => undefined).resume();
  await once(redis, 'close');
});

const refused = async (url: string): Promise<void> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const [error] = await once(socket, 'error');
  assert.equal(error.code, 'ECONNREFUSED');
};
