/** The programs on the page about servers work: TypeScript and Python here, the others by `npm run foreign`. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { noTraefik } from '../../../shared/traefik-binary.ts';
import { startCluster } from '../../cluster/start-cluster.ts';
import { examine, examineCalls, type Finding } from './examine.ts';
import { PYTHON, WHOAMI } from './servers.ts';
import { snippetOf } from './snippets.ts';
import { startWithIds } from './start-ids.ts';

const PACKAGES = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const noPython = existsSync(PYTHON.command[0]) ? false : 'no Python with mcp: npm run foreign installs one';
const PROXIES = [
  ['router', false],
  ['traefik', noTraefik()],
] as const;

const allHold = async (findings: AsyncIterable<Finding>): Promise<void> => {
  for await (const { what, good, of, error } of findings) assert.equal(good, of, `${what}: ${error}`);
};

for (const [proxy, skip] of PROXIES)
  test(`TypeScript, ids of one line, ${proxy}: clients keep their sessions with and without cookies`, {
    skip,
  }, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'snippet-'));
    t.after(() => rmSync(folder, { recursive: true }));
    symlinkSync(PACKAGES, join(folder, 'node_modules'));
    const file = join(folder, 'server.mjs');
    writeFileSync(file, snippetOf('ts'));
    const { mcp, close } = await startWithIds({ command: [process.execPath, file], proxy });
    t.after(close);
    await allHold(examineCalls({ call: WHOAMI }, mcp));
  });

for (const [proxy, skip] of PROXIES)
  test(`Python, as it comes, ${proxy}: sessions are kept, a drain loses none, a killed server is reported`, {
    skip: noPython || skip,
  }, async (t) => {
    const cluster = await startCluster({ proxy, command: PYTHON.command });
    t.after(() => cluster.close());
    await allHold(examine(PYTHON, cluster));
  });
