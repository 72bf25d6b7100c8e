import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What the programs read at run time, at the same place as beside their sources. */
const DATA = ['router/dashboard/page'];

/** The package is compiled: its programs start in half the time that tsx needs, and users get types. */
rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', join(ROOT, 'scripts/pack')], {
  stdio: ['ignore', 2, 2],
});
for (const folder of DATA) cpSync(join(ROOT, folder), join(ROOT, 'dist', folder), { recursive: true });
