import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TSC } from '../pack/build.ts';
import { listSources, ROOT } from '../source-files.ts';
import { mutate } from './find-mutants.ts';
import type { Modules } from './modules.ts';
import type { Tried } from './try-file.ts';

/** The mutants that do not compile: such a mistake is found before any test runs. All of them in one run of tsc. */
export const findRefused = async (tried: readonly Tried[], modules: Modules): Promise<ReadonlySet<Tried>> => {
  if (tried.length === 0) return new Set();
  const folder = await mkdtemp(join(tmpdir(), 'mooring-mutants-'));
  try {
    await copySources(folder);
    for (const [i, mutant] of tried.entries()) {
      const text = mutate(modules.get(mutant.file)!.source, mutant);
      await writeFile(join(folder, mutant.file.replace(/\.ts$/, `.mutant${i}.ts`)), text);
    }
    const wrong = readErrors(await runCompiler(folder));
    return new Set(tried.filter((_, i) => wrong.has(i)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Each mutant is beside its source, so that its imports work. */
const copySources = async (folder: string): Promise<void> => {
  for (const file of await listSources(/\.ts$/)) await cp(join(ROOT, file), join(folder, file));
  await cp(join(ROOT, 'package.json'), join(folder, 'package.json'));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const lenient = { noUnusedLocals: false, noUnusedParameters: false, allowUnreachableCode: true };
  const config = { extends: join(ROOT, 'tsconfig.json'), compilerOptions: lenient, include: ['**/*.mutant*.ts'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
};

const runCompiler = async (folder: string): Promise<string> => {
  const args = [TSC, '--pretty', 'false', '-p', folder];
  const options = { cwd: folder, maxBuffer: 1 << 28 };
  // It fails when it finds any.
  const { stdout } = await promisify(execFile)(process.execPath, args, options).catch(
    (error: { stdout: string }) => error,
  );
  return stdout;
};

/** The numbers of the mutants in lines such as `router/core/decide.mutant7.ts(3,1): error TS2322: …`. */
export const readErrors = (output: string): ReadonlySet<number> =>
  new Set([...output.matchAll(/^\S+\.mutant(\d+)\.ts\(/gm)].map(([, i]) => Number(i)));
