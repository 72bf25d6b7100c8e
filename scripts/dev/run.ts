import type { ExitCode } from '../cli/command.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { ClusterEvent } from '../cluster/cluster.ts';
import { startCluster } from '../cluster/start-cluster.ts';
import { watchPipe } from './keyboard.ts';
import type { DevOptions } from './options.ts';
import { jsonOutput, NAME_WIDTH, type Output, terminalOutput } from './output.ts';
import { planOf } from './plan.ts';

/** Starts the cluster and runs it until somebody ends it. */
export const runDev = async (options: DevOptions, terminal: Terminal): Promise<ExitCode> => {
  const pipe = watchPipe(process.stdin);
  try {
    const plan = await planOf(options, terminal);
    const output = outputFor(options, terminal);
    const proxy = options.traefik ? 'Traefik' : 'the router';
    const count = plan.cluster.topology?.nodes.length ?? options.nodes;
    const servers = options.command === undefined ? '' : `, ${count} times ${options.command.join(' ')}`;
    const programs = options.stdio === undefined ? '' : `, for each session ${options.stdio.command.join(' ')}`;
    output.starting(`starting Redis, ${count} nodes and ${proxy}${servers}${programs} …`);
    let starting = true;
    // Foreign servers may take minutes; everything else is printed once all is up.
    const onEvent = (event: ClusterEvent): void => {
      if (starting && event.kind === 'waiting') output.happened(event);
    };
    // Loaded while the nodes start: this process would only wait for them.
    const [cluster, { DevSession }] = await Promise.all([
      startCluster({ ...plan.cluster, signal: terminal.signal, onEvent }),
      import('./session.ts'),
    ]);
    starting = false;
    pipe.whenClosed(() => process.kill(process.pid, 'SIGTERM'));
    await new DevSession({ cluster, plan, options, terminal, output }).run();
    return 0;
  } catch (error) {
    if (terminal.signal.aborted) return 0;
    terminal.complain((error as Error).message);
    return 1;
  }
};

const outputFor = ({ json, command }: DevOptions, terminal: Terminal): Output =>
  terminal.interactive && !json
    ? terminalOutput(terminal, NAME_WIDTH[command === undefined ? 'own' : 'command'])
    : jsonOutput(terminal);
