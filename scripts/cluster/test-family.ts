/** A parent that will be killed: it prints the processes that its program started, freezes them, and waits. */
import { startOwnedProcess } from './owned-process.ts';

/** Like `npx`: starts the server and waits for it. */
const PARENT_OF_ANOTHER = `
  process.on('SIGTERM', () => process.exit(0));
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'inherit' });
  console.log('child', child.pid);`;

/** Without a PATH: the guard must not need any program. */
export const startFamily = async () => {
  let onChild = (_: number): void => undefined;
  const childPid = new Promise<number>((resolve) => {
    onChild = resolve;
  });
  const started = await startOwnedProcess({
    command: process.execPath,
    args: ['-e', PARENT_OF_ANOTHER],
    env: { PATH: '/nowhere' },
    onLine: (line) => onChild(Number(line.slice('child '.length))),
  });
  return { ...started, child: await childPid };
};

if (process.argv[1] === import.meta.filename) {
  const { pid, child, signalAll } = await startFamily();
  signalAll('SIGSTOP');
  console.log(JSON.stringify([pid, child]));
}
