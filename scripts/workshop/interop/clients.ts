import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Each as its users install it, without a cookie jar. */
export type ClientProgram = {
  readonly name: string;
  /** A program that takes commands as lines, or one that makes one call in its own session and ends. */
  readonly kind: 'driven' | 'one-call';
  readonly command: (url: string) => readonly string[];
};

const NPM_PACKAGES = ['@modelcontextprotocol/client@2.4.0', '@modelcontextprotocol/sdk@1.32.2'];
/** It needs a newer Node than we do. */
const INSPECTOR = ['@modelcontextprotocol/inspector@2.12.0', 'node@24'];
const PIP_PACKAGES = ['mcp==2.3.0'];

const FOLDER = join(tmpdir(), 'mooring-interop');

/** What is installed there: an installation that was interrupted, or has other versions, is replaced. */
const INSTALLED = join(FOLDER, 'installed.json');
const VERSIONS = JSON.stringify([NPM_PACKAGES, INSPECTOR, PIP_PACKAGES]);

/** Installed on first use, outside the project; throws the installer's output if it fails twice. */
export const installClients = (complain: (text: string) => void): readonly ClientProgram[] => {
  mkdirSync(FOLDER, { recursive: true });
  for (const file of ['typescript-client.mjs', 'python-client.py'])
    copyFileSync(fileURLToPath(new URL(`clients/${file}`, import.meta.url)), join(FOLDER, file));
  const python = join(FOLDER, 'python', 'bin', 'python');
  if (!existsSync(INSTALLED) || readFileSync(INSTALLED, 'utf8') !== VERSIONS) {
    const run = runner(complain);
    writeFileSync(join(FOLDER, 'package.json'), '{"private":true}');
    run('npm', ['install', '--no-audit', '--no-fund', ...NPM_PACKAGES, ...INSPECTOR]);
    run('python3', ['-m', 'venv', join(FOLDER, 'python')]);
    run(python, ['-m', 'pip', '--quiet', '--disable-pip-version-check', 'install', ...PIP_PACKAGES]);
    writeFileSync(INSTALLED, VERSIONS);
  }
  const typescript = (version: string) => (url: string) => [
    process.execPath,
    join(FOLDER, 'typescript-client.mjs'),
    url,
    version,
  ];
  return [
    { name: 'TypeScript SDK 1.32', kind: 'driven', command: typescript('v1') },
    { name: 'TypeScript SDK 2.4', kind: 'driven', command: typescript('v2') },
    // It and Python's use protocol 2026-07-28 with a server that supports it.
    { name: 'TypeScript 2.4, auto', kind: 'driven', command: typescript('auto') },
    { name: 'Python SDK 2.3', kind: 'driven', command: (url) => [python, join(FOLDER, 'python-client.py'), url] },
    { name: 'Inspector CLI 2.12', kind: 'one-call', command: inspector },
  ];
};

const runner = (complain: (text: string) => void) => (command: string, args: readonly string[]) => {
  const run = (): void => void execFileSync(command, args, { cwd: FOLDER, stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    run();
  } catch (error) {
    complain(`${(error as Error).message}; once more`);
    run();
  }
};

const inspector = (url: string): readonly string[] => [
  join(FOLDER, 'node_modules', '.bin', 'node'),
  join(FOLDER, 'node_modules', '.bin', 'mcp-inspector'),
  ...['--cli', url, '--method', 'tools/call', '--tool-name', 'whoami'],
];
