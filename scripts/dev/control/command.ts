import type { ExitCode } from '../../cli/command.ts';
import { Misuse } from '../../cli/misuse.ts';
import type { Terminal } from '../../cli/terminal.ts';
import { ACTIONS, noAction } from '../actions.ts';
import { callControl } from './client.ts';
import { runningClusters, runtimeFolder, socketPath } from './runtime-folder.ts';

type Asked = {
  readonly action: string;
  readonly args: readonly string[];
  /** Selects the cluster if several run. */
  readonly port: string | undefined;
  readonly json: boolean;
};

/** Runs one action on a cluster in another terminal. */
export const control = async ({ action, args, port, json }: Asked, terminal: Terminal): Promise<ExitCode> => {
  if (!Object.hasOwn(ACTIONS, action)) throw new Misuse(noAction(action));
  const folder = await runtimeFolder(terminal.env);
  const running = await runningClusters(folder);
  const chosen = port === undefined ? running : running.filter((each) => each === Number(port));
  const failed = whyNot(running, chosen, port);
  const reply =
    failed === undefined
      ? await callControl(socketPath(folder, chosen[0]!), { action, args }).catch((error: Error) => ({
          ok: false as const,
          error: error.message,
        }))
      : { ok: false as const, error: failed };
  if (json) terminal.print(JSON.stringify(reply));
  else if (reply.ok) terminal.print(reply.text);
  else terminal.complain(reply.error);
  return reply.ok ? 0 : 1;
};

const whyNot = (
  running: readonly number[],
  chosen: readonly number[],
  port: string | undefined,
): string | undefined => {
  if (running.length === 0) return 'no cluster is running: start one with `npm run dev` in another terminal';
  const list = running.map((each) => `--port ${each}`).join(', ');
  if (chosen.length === 0) return `no cluster is running at port ${port}; there are ${list}`;
  return chosen.length === 1 ? undefined : `several clusters are running: select one with ${list}`;
};
