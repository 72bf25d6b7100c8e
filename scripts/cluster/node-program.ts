import { execFile } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { COMPILED, commandOf } from '../../shared/program.ts';

export type Command = readonly [string, ...string[]];

/**
 * What every node of a cluster runs. In the repository it is compiled once for all of them, by the compiler of tsx:
 * with tsx itself in every node, loading it would take longer than all else that a node does to start.
 */
export class NodeProgram {
  command: Command;
  readonly #folder: string;
  #builds = 0;

  private constructor(folder: string) {
    this.#folder = folder;
    this.command = commandOf('../../node/main.ts', import.meta.url);
  }

  static async create(folder: string): Promise<NodeProgram> {
    const program = new NodeProgram(folder);
    // There the build finds its packages as if it lay among the sources.
    if (!COMPILED) await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
    await program.rebuild();
    return program;
  }

  /** From the sources as they are now, for the nodes that start from now on. Rejects when they do not compile. */
  async rebuild(): Promise<void> {
    if (COMPILED) return;
    // Nodes may be reading the build before.
    const outdir = join(this.#folder, `nodes-${++this.#builds}`);
    await promisify(execFile)(ESBUILD, [NODE, ...FLAGS, `--outdir=${outdir}`]).catch(
      ({ stderr, message }: { readonly stderr?: string; readonly message: string }) => {
        throw new Error(`the nodes do not compile\n${stderr || message}`);
      },
    );
    this.command = [process.execPath, '--enable-source-maps', join(outdir, 'main.mjs')];
  }
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NODE = join(ROOT, 'node/main.ts');
const ESBUILD = join(ROOT, 'node_modules/esbuild/bin/esbuild');
const FLAGS = [
  ...['--bundle', '--splitting', '--packages=external', '--format=esm', '--out-extension:.js=.mjs'],
  ...['--platform=node', '--target=node20', '--sourcemap', '--log-level=error'],
];
