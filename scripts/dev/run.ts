import type { ExitCode } from '../cli/command.ts';
import type { Terminal } from '../cli/terminal.ts';
import { startCluster } from '../cluster/start-cluster.ts';
import { watchPipe } from './keyboard.ts';
import type { DevOptions } from './options.ts';
import { jsonOutput, type Output, terminalOutput } from './output.ts';
import { planOf } from './plan.ts';

/** Brings the cluster up, and stays with it until somebody ends it. */
export const runDev = async (options: DevOptions, terminal: Terminal): Promise<ExitCode> => {
  const pipe = watchPipe(process.stdin);
  try {
    const plan = await planOf(options, terminal);
    const output = voiceFor(options, terminal);
    const proxy = options.traefik ? 'Traefik' : 'the router';
    output.starting(`starting Redis, ${plan.cluster.topology?.nodes.length ?? options.nodes} nodes and ${proxy} …`);
    // Read while the nodes start: this process would only wait for them.
    const [cluster, { DevSession }] = await Promise.all([startCluster(plan.cluster), import('./session.ts')]);
    pipe.whenClosed(() => process.kill(process.pid, 'SIGTERM'));
    await new DevSession({ cluster, plan, options, terminal, output }).run();
    return 0;
  } catch (error) {
    terminal.complain((error as Error).message);
    return 1;
  }
};

const voiceFor = ({ json }: DevOptions, terminal: Terminal): Output =>
  terminal.interactive && !json ? terminalOutput(terminal) : jsonOutput(terminal);
