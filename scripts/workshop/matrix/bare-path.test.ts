import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { barePath } from './bare-path.ts';

test('a bare PATH has every program but those that tests can do without', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'path-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const name of ['sh', 'traefik', 'redis-server', 'chromium', 'notes.txt']) {
    await writeFile(join(folder, name), '');
    await chmod(join(folder, name), name === 'notes.txt' ? 0o644 : 0o755);
  }
  const bare = await barePath(`${folder}:/nowhere`);
  t.after(() => rm(bare, { recursive: true }));
  assert.deepEqual(await readdir(bare), ['sh']);
});
