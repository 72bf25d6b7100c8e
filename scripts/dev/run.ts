import type { ExitCode } from '../cli/command.ts';
import type { Terminal } from '../cli/terminal.ts';
import { startCluster } from '../cluster/start-cluster.ts';
import type { DevOptions } from './options.ts';
import { planOf } from './plan.ts';
import { jsonVoice, terminalVoice, type Voice } from './voice.ts';

/** Brings the cluster up, and stays with it until somebody ends it. */
export const runDev = async (options: DevOptions, terminal: Terminal): Promise<ExitCode> => {
  try {
    const plan = await planOf(options, terminal);
    const voice = voiceFor(options, terminal);
    const proxy = options.traefik ? 'Traefik' : 'the router';
    voice.starting(`starting Redis, ${plan.cluster.topology?.nodes.length ?? options.nodes} nodes and ${proxy} …`);
    // Read while the nodes start: this process would only wait for them.
    const [cluster, { DevSession }] = await Promise.all([startCluster(plan.cluster), import('./session.ts')]);
    await new DevSession({ cluster, plan, options, terminal, voice }).run();
    return 0;
  } catch (error) {
    terminal.complain((error as Error).message);
    return 1;
  }
};

const voiceFor = ({ json }: DevOptions, terminal: Terminal): Voice =>
  terminal.interactive && !json ? terminalVoice(terminal) : jsonVoice(terminal);
