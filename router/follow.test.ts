import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { silentLog } from '../shared/log.ts';
import type { DynamicConfig } from './core/model.ts';
import { followFiles } from './follow.ts';
import type { Router } from './router.ts';

const fileOf = (name: string): string =>
  `http: { routers: { ${name}: { rule: 'Path(\`/\`)', service: s } }, services: { s: { loadBalancer: { servers: [{ url: 'http://127.0.0.1:1' }] } } } }`;

test('a file that changed after it was read and before it was watched is read again', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'follow-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'dynamic.yml');
  writeFileSync(path, fileOf('changed'));
  const provider = { at: { file: path, line: 1, column: 1 }, path, kind: 'file' as const, watch: true };
  // Watching does not keep the process alive.
  const alive = setInterval(() => {}, 1_000);
  t.after(() => clearInterval(alive));
  const applied = await new Promise<DynamicConfig>((resolve) => {
    const apply = (config: DynamicConfig) => {
      resolve(config);
      return { config, routers: new Map(), services: new Map(), middlewares: new Map() };
    };
    const router = { apply, refused: () => {} } as unknown as Router;
    const texts = new Map([[path, fileOf('first')]]);
    const following = followFiles(router, provider, { lenient: false, log: silentLog(), color: false, texts });
    t.after(() => following.close());
  });
  assert.deepEqual([...applied.routers.keys()], ['changed@file']);
});
