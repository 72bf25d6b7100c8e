import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { freePorts } from '../free-ports.ts';
import { generateFiles } from './generate-files.ts';
import { ask, binary, folderOf, skip, start, topologyOf } from './test-bench.ts';

const STARTS = 5;

test('/ping of real Traefik answers 200 only once the routes of the file are loaded', {
  skip,
  timeout: 120_000,
}, async (t) => {
  const folder = folderOf(t);
  const [port] = await freePorts(1);
  const dynamicFile = join(folder, 'dynamic.yml');
  const fixed = join(folder, 'traefik.yml');
  const entryPoints = { web: { address: `127.0.0.1:${port}`, tls: false, trustedIPs: [] } };
  const files = generateFiles({ ...topologyOf({ nodes: ['active'] }), entryPoints }, { dynamicFile });
  writeFileSync(dynamicFile, files.dynamic);
  writeFileSync(fixed, files.static);
  const statusOf = async (path: string): Promise<number> =>
    (await ask({ port: port!, path, host: 'localhost' }).catch(() => undefined))?.status ?? 0;
  let early = 0;
  for (let i = 0; i < STARTS; i++) {
    const traefik = start(t, [binary!, `--configfile=${fixed}`]);
    for (let served = 0; served === 0 || served === 404; ) {
      const ping = await statusOf('/ping');
      served = await statusOf('/mcp');
      if (ping === 200 && served === 404) early++;
      assert.equal(traefik.child.exitCode, null, traefik.log);
    }
    while ((await statusOf('/ping')) !== 200);
    traefik.child.kill('SIGKILL');
    while ((await statusOf('/ping')) !== 0);
  }
  assert.equal(early, 0);
});
