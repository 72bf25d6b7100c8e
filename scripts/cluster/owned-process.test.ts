import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startOwnedProcess } from './owned-process.ts';
import { isAlive, until } from './test-contract.ts';
import { startFamily } from './test-family.ts';

test('the start of an endless line of a server is shown, and then the lines after it', async () => {
  const lines: string[] = [];
  const print = 'process.stdout.write("x".repeat(20e6)); console.log(); console.log("after")';
  const { ended } = await startOwnedProcess({
    command: process.execPath,
    args: ['-e', print],
    onLine: (line) => void lines.push(line),
  });
  assert.equal(await ended, 'with code 0');
  const [long = '', after] = lines;
  assert.ok(long.length < 300_000 && long.endsWith('x … cut'), `${long.length}`);
  assert.deepEqual([after, lines.length], ['after', 2]);
});

test('a program cannot imitate our first line to redirect signals', async () => {
  const own = 'pid 999999991 999999992 999999993';
  // Which of the two lines comes first is a race.
  for (let run = 0; run < 30; run++) {
    const lines: string[] = [];
    const onLine = (line: string): void => void lines.push(line);
    const { pid, ended } = await startOwnedProcess({ command: '/bin/echo', args: [own], onLine });
    await ended;
    assert.notEqual(pid, 999999991);
    assert.deepEqual(lines, [own]);
  }
});

/** T: stopped. */
const stateOf = (pid: number): string => execFileSync('ps', ['-o', 'stat=', '-p', `${pid}`], { encoding: 'utf8' })[0]!;

const family = async (t: TestContext) => {
  const started = await startFamily();
  t.after(() => started.signalAll('SIGKILL'));
  return started;
};

test('when a program ends, however it ends, everything that it has started ends too', async (t) => {
  for (const name of ['SIGTERM', 'SIGKILL'] as const) {
    const { signal, ended, child } = await family(t);
    signal(name);
    assert.equal(await ended, name === 'SIGTERM' ? 'with code 0' : 'by SIGKILL');
    await until(() => !isAlive(child));
  }
});

test('a signal to the group reaches all its processes, and stopped ones can be ended', async (t) => {
  const { signalAll, ended, pid, child } = await family(t);
  signalAll('SIGSTOP');
  await until(() => [pid, child].every((each) => stateOf(each) === 'T'));
  signalAll('SIGCONT');
  await until(() => [pid, child].every((each) => stateOf(each) !== 'T'));
  signalAll('SIGSTOP');
  signalAll('SIGKILL');
  await ended;
  await until(() => !isAlive(child));
});

test('descendants of a program end when the parent is killed, even if they are stopped and there is no PATH', async (t) => {
  const program = fileURLToPath(new URL('./test-family.ts', import.meta.url));
  const parent = spawn(process.execPath, ['--import', 'tsx', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => parent.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  const pids = JSON.parse(line) as number[];
  assert.equal(pids.filter(isAlive).length, 2);
  parent.kill('SIGKILL');
  await until(() => !pids.some(isAlive));
});

test("a program that is called like one of the shell's own words is that program", async () => {
  const lines: string[] = [];
  const { ended } = await startOwnedProcess({
    command: 'kill',
    args: ['--version'],
    onLine: (line) => lines.push(line),
  });
  await ended;
  assert.match(lines.join(), /kill from|not found/);
});
