import { spawn } from 'node:child_process';
import { constants } from 'node:os';

export type Run = {
  readonly folder: string;
  /** A program that keeps running is ended, as by Ctrl-C, when it has printed this. */
  readonly until?: string;
  readonly signal: AbortSignal;
};

export type Ran = {
  readonly printed: string;
  /** `undefined`: it was ended after it had printed the expected text. */
  readonly code: number | undefined;
};

/** What our own servers print once they are up: nothing more is expected of them. */
const READY = /^(mooring .*\bready\b|\{"event":"ready")/m;

/**
 * When its third pipe ends, because the shell or this process is gone, everything that the shell has started ends too.
 */
const END_WITH_PARENT = '(cat <&3; kill -s KILL -- -$$) >/dev/null 2>&1 & exec 3<&-\n';

/** Runs the commands of a block as a shell does, and stops at the first failure. */
export const runCommands = (commands: string, { folder, until, signal }: Run): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn('sh', ['-ec', END_WITH_PARENT + commands], {
      cwd: folder,
      env: plainEnvironment(),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    // The shell and all it started, as the keyboard does it.
    const end = (how: NodeJS.Signals): void => {
      if (child.pid !== undefined) killGroup(child.pid, how);
    };
    let printed = '';
    let ended = false;
    const onOutput = (text: string): void => {
      printed += text;
      if (ended || !(until === undefined ? READY.test(printed) : printed.includes(until))) return;
      ended = true;
      end('SIGINT');
    };
    const giveUp = (): void => {
      end('SIGKILL');
      reject(new Error(`not over in time${until === undefined ? '' : `, without a word of "${until}"`}:\n${printed}`));
    };
    signal.addEventListener('abort', giveUp, { once: true });
    child.stdout!.setEncoding('utf8').on('data', onOutput);
    child.stderr!.setEncoding('utf8').on('data', onOutput);
    child.once('error', reject);
    child.once('exit', () => child.stdio[3]?.destroy());
    child.once('close', (code) => {
      signal.removeEventListener('abort', giveUp);
      resolve({ printed, code: ended ? undefined : (code ?? 128 + constants.signals.SIGKILL) });
    });
  });

/** As for a reader: no colours, no npm variables, and not as a part of these tests. */
const plainEnvironment = (): NodeJS.ProcessEnv => {
  const { NODE_TEST_CONTEXT: _, FORCE_COLOR: __, ...env } = process.env;
  return { ...env, NO_COLOR: '1', npm_config_loglevel: 'silent', npm_config_update_notifier: 'false' };
};

const killGroup = (leader: number, how: NodeJS.Signals): void => {
  try {
    process.kill(-leader, how);
  } catch {
    // It has already ended.
  }
};
