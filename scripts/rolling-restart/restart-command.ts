import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Terminal } from '../cli/terminal.ts';

type Restart = {
  readonly command: string;
  readonly node: string;
  readonly url: string;
  readonly terminal: Pick<Terminal, 'env' | 'signal'>;
};

/**
 * Undefined: it ended with 0; otherwise how it ended. Its output goes to standard error, so that standard output stays
 * parseable.
 */
export const runRestart = async ({ command, node, url, terminal }: Restart): Promise<string | undefined> => {
  const child = spawn('/bin/sh', ['-c', command.replaceAll('{node}', node)], {
    env: { ...terminal.env, MOORING_NODE: node, MOORING_URL: url },
    // Not pipes: a server that the command leaves in the background would hold them open.
    stdio: ['ignore', 2, 2],
  });
  const interrupt = (): void => void child.kill('SIGTERM');
  terminal.signal.addEventListener('abort', interrupt);
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    if (code === 0) return undefined;
    return signal === null ? `ended with ${code}` : `was ended by ${signal}`;
  } finally {
    terminal.signal.removeEventListener('abort', interrupt);
  }
};
