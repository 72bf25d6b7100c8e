import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../shared/free-ports.ts';
import { answersAt, isAlive, until } from '../cluster/test-contract.ts';
import { openSession } from '../cluster/test-session.ts';

const MOORING = fileURLToPath(new URL('../mooring.ts', import.meta.url));
const hasTmux = spawnSync('tmux', ['-V']).status === 0;

test('closing the terminal ends the cluster cleanly', { skip: hasTmux ? false : 'no tmux' }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'terminal-'));
  const [port] = await freePorts(1);
  const socket = join(folder, 'tmux');
  const said = join(folder, 'said');
  const env = { ...process.env, XDG_RUNTIME_DIR: folder, TMPDIR: folder, CI: '', TMUX: '' };
  const tmux = (...args: string[]): string =>
    spawnSync('tmux', ['-S', socket, ...args], { env, encoding: 'utf8' }).stdout;
  t.after(() => {
    tmux('kill-server');
    rmSync(folder, { recursive: true, force: true });
  });
  const dev = `'${process.execPath}' --import tsx '${MOORING}' dev --nodes 1 --port ${port} 2>'${said}'`;
  tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'dev', '-x', '160', '-y', '60', `exec ${dev}`);
  const clusters = (): string[] => readdirSync(folder).filter((name) => /^mooring-[^o]/.test(name));
  await until(() => tmux('capture-pane', '-p', '-t', 'dev').includes('ready in'));
  assert.ok(clusters().length > 0);
  const pid = Number(tmux('display-message', '-p', '-t', 'dev', '#{pane_pid}'));
  tmux('kill-session', '-t', 'dev');
  await until(() => !isAlive(pid));
  assert.equal(await answersAt(`http://127.0.0.1:${port}`), false);
  assert.deepEqual(clusters(), []);
  assert.equal(readFileSync(said, 'utf8'), '');
});

test('a person in a terminal: banner, keys, Ctrl-C', { skip: hasTmux ? false : 'no tmux' }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'terminal-'));
  const [port] = await freePorts(1);
  const socket = join(folder, 'tmux');
  const env = { ...process.env, XDG_RUNTIME_DIR: folder, CI: '', NO_COLOR: '1', TMUX: '' };
  const tmux = (...args: string[]): string =>
    spawnSync('tmux', ['-S', socket, ...args], { env, encoding: 'utf8' }).stdout;
  t.after(() => {
    tmux('kill-server');
    rmSync(folder, { recursive: true, force: true });
  });
  const dev = `'${process.execPath}' --import tsx '${MOORING}' dev --nodes 2 --port ${port}`;
  // `stty` shows whether the terminal is as before.
  tmux(
    '-f',
    '/dev/null',
    'new-session',
    '-d',
    '-s',
    'dev',
    '-x',
    '160',
    '-y',
    '60',
    `${dev}; echo "ended $?"; stty -a; cat`,
  );
  const screen = (): string => tmux('capture-pane', '-p', '-t', 'dev', '-S', '-200');
  const shows = async (what: RegExp): Promise<void> => {
    while (!what.test(screen())) {
      if (/ended \d/.test(screen()) && !what.test(screen())) assert.match(screen(), what);
      await wait(50);
    }
  };
  const press = (...keys: string[]): void => {
    for (const key of keys) tmux('send-keys', '-t', 'dev', key);
  };
  await shows(/mooring {2}ready in \d+ ms.*Dashboard {2}http.*\[h\] help/s);
  const { node } = await openSession(`http://127.0.0.1:${port}/mcp`);
  await shows(new RegExp(`router {2}│ .*POST {3}/mcp → ${node} 200`));
  press('k');
  await shows(/choose a node first: \[1\] n1 \[2\] n2/);
  press('e');
  await shows(/POST \/mcp went to n\d \(router mcp@file/);
  press('s');
  await shows(/1 session {3}n1: \d {3}n2: \d/);
  press('1', 'k');
  await shows(/n1 was killed.*\[1\] \[r\] brings it back/s);
  press('n');
  await shows(/n1 {2}down/);
  press('1', 'r');
  await shows(/n1 is up again/);
  press('2', 'd');
  await shows(/n2 is draining/);
  press('h');
  await shows(/stop Redis, or start it again/);
  press('C-c');
  await shows(/closing sessions, for.*ended 0.*isig icanon/s);
});
