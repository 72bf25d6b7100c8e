import { execFile } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
export const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
/** Files that the programs read at run time, in the same place as beside their sources. */
const DATA = ['router/dashboard/page', 'scripts/simulate/scenarios'];

/** The package is compiled: its programs start in half the time that tsx needs, and users get types. */
export const buildInto = async (folder: string): Promise<void> => {
  await rm(folder, { recursive: true, force: true });
  const compile = [TSC, '-p', join(ROOT, 'scripts/workshop/pack/tsconfig.json'), '--outDir', folder];
  await promisify(execFile)(process.execPath, compile).catch(
    ({ stdout, message }: { stdout?: string; message: string }) => {
      throw new Error(`the package cannot be compiled\n${stdout || message}`);
    },
  );
  for (const data of DATA) await cp(join(ROOT, data), join(folder, data), { recursive: true });
};
