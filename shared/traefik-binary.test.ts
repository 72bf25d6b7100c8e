import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { TRAEFIK_VERSION as OF_ROUTER } from '../router/router.ts';
import { TRAEFIK_VERSION } from './traefik/minors.ts';
import { anyTraefik, findTraefik, provenFor } from './traefik-binary.ts';

const nameTraefik = async (t: TestContext, version: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'traefik-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'traefik');
  await writeFile(file, `#!/bin/sh\necho 'Version:      ${version}'\n`);
  await chmod(file, 0o755);
  const before = process.env.TRAEFIK_BIN;
  process.env.TRAEFIK_BIN = file;
  t.after(() => {
    if (before === undefined) delete process.env.TRAEFIK_BIN;
    else process.env.TRAEFIK_BIN = before;
  });
  return file;
};

test('any Traefik 3 can serve a cluster, and only one version is the reference', async (t) => {
  const older = await nameTraefik(t, '3.5.3');
  assert.deepEqual([anyTraefik(), findTraefik()], [{ file: older, version: '3.5.3' }, undefined]);
  const own = await nameTraefik(t, TRAEFIK_VERSION);
  assert.deepEqual([anyTraefik()?.file, findTraefik()], [own, own]);
  await nameTraefik(t, '2.11.0');
  assert.equal(anyTraefik(), undefined);
});

test('for another version it says how well it was tested', () => {
  assert.equal(OF_ROUTER, TRAEFIK_VERSION);
  assert.equal(provenFor(TRAEFIK_VERSION), '');
  assert.match(provenFor('3.5.1'), /proven for 3\.7\.15 alone; pins, failover and drain were tried on 3\.5\.3$/);
  for (const unknown of ['3.1.2', '3.9.0']) assert.match(provenFor(unknown), /nothing is known of this version$/);
});
