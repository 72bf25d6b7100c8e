import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { loadTopology } from './topology-file.ts';

test('a valid topology with a hazard is reported with its position, and applied', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'topology-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'dev.yaml');
  writeFileSync(
    file,
    'nodes: [{ id: n1, url: "http://127.0.0.1:4101" }]\nentryPoints: { web: { address: "127.0.0.1:8180" } }\n',
  );
  const warnings: string[] = [];
  const topology = await loadTopology(file, { color: false, warn: (text) => warnings.push(text) });
  assert.equal(topology.nodes.length, 1);
  assert.match(warnings.join('\n'), /dev\.yaml:2:\d+ {2}entryPoints\.web\n.*secure cookie/s);
});
