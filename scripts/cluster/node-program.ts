import { execFile } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { COMPILED, commandOf } from '../../shared/program.ts';

export type Command = readonly [string, ...string[]];

/**
 * The program that every node of a cluster runs. In the repository it is compiled once for all nodes with esbuild:
 * loading tsx in every node would take most of its start-up time.
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
    // So that the build resolves packages as the sources do.
    if (!COMPILED) await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
    await program.rebuild();
    return program;
  }

  /** Compiles the current sources, for nodes that start from now on. Rejects when they do not compile. */
  async rebuild(): Promise<void> {
    if (COMPILED) return;
    // Running nodes may still read the previous build.
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
