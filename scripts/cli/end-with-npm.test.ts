import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../shared/free-ports.ts';
import { isAlive, until } from '../cluster/test-contract.ts';

const fileOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** A shell as npm starts one: a signal ends it, and reaches nobody else. */
const startByNpm = (words: readonly string[]) =>
  spawn('/bin/sh', ['-c', `'${words.join("' '")}' & echo "pid $!"; wait`], {
    env: { ...process.env, npm_command: 'run' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });

for (const program of ['router/main.ts', 'node/main.ts'])
  test(`${program} ends with the shell of npm`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'caller-'));
    t.after(() => rm(folder, { recursive: true }));
    const [port] = await freePorts(1);
    const file = join(folder, 'traefik.yml');
    await writeFile(
      file,
      `entryPoints: {web: {address: "127.0.0.1:${port}"}}\nproviders: {file: {filename: ${folder}/dynamic.yml}}\n`,
    );
    await writeFile(join(folder, 'dynamic.yml'), '');
    const args = program.startsWith('router') ? ['--configfile', file] : ['--port', `${port}`];
    const shell = startByNpm([process.execPath, '--import', 'tsx', fileOf(program), '--json', ...args]);
    t.after(() => shell.kill('SIGKILL'));
    const lines = createInterface({ input: shell.stdout });
    const pid = Number(((await once(lines, 'line')) as [string])[0].slice('pid '.length));
    t.after(() => isAlive(pid) && process.kill(pid, 'SIGKILL'));
    await once(lines, 'line');
    shell.kill('SIGTERM');
    await until(() => !isAlive(pid));
  });
