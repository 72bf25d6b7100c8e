import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export type NodeVersion = { readonly folder: string; readonly version: string };

const run = promisify(execFile);

/** npm's package of Node, in its own folder; downloaded once. */
export const findNode = async (wanted: string): Promise<NodeVersion> => {
  const home = join(tmpdir(), `mooring-node-${wanted}`);
  const folder = join(home, 'node_modules/.bin');
  const node = join(folder, 'node');
  if (!existsSync(node)) await install(wanted, home);
  const { stdout } = await run(node, ['--version']);
  return { folder, version: stdout.trim().slice(1) };
};

const install = async (wanted: string, home: string): Promise<void> => {
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'package.json'), '{"private":true}');
  await run('npm', ['install', '--no-audit', '--no-fund', `node@${wanted}`], { cwd: home }).catch(
    ({ stderr }: { readonly stderr: string }) => {
      throw new Error(`npm cannot install node@${wanted}\n${stderr}`);
    },
  );
};
