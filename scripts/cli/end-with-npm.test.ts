import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../shared/free-ports.ts';
import { isAlive, until } from '../cluster/test-contract.ts';

const fileOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** A shell as npm starts it: a signal ends it, and is not passed on. Its parent stands for npm. */
const startByNpm = (words: readonly string[]) =>
  spawn(
    process.execPath,
    [
      '-e',
      'require("node:child_process").spawn("/bin/sh", ["-c", process.argv[1]], { stdio: "inherit" })',
      `echo "pid $$"; '${words.join("' '")}' & echo "pid $!"; wait`,
    ],
    { env: { ...process.env, npm_command: 'run' }, stdio: ['ignore', 'pipe', 'inherit'] },
  );

const CASES = ['router/main.ts', 'node/main.ts'].flatMap((program) =>
  (['shell', 'npm'] as const).map((ended) => ({ program, ended })),
);

for (const { program, ended } of CASES)
  test(`${program} ends with ${ended === 'npm' ? 'an npm that is killed' : 'the shell of npm'}`, async (t) => {
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
    const npm = startByNpm([process.execPath, '--import', 'tsx', fileOf(program), '--json', ...args]);
    t.after(() => npm.kill('SIGKILL'));
    const lines = createInterface({ input: npm.stdout })[Symbol.asyncIterator]();
    const pidOf = async (): Promise<number> => Number((await lines.next()).value?.slice('pid '.length));
    const [shell, pid] = [await pidOf(), await pidOf()];
    t.after(() => [shell, pid].filter(isAlive).forEach((each) => void process.kill(each, 'SIGKILL')));
    await lines.next();
    if (ended === 'npm') npm.kill('SIGKILL');
    else process.kill(shell, 'SIGTERM');
    await until(() => !isAlive(pid));
  });
