import { shellWord } from '../cli/shell-word.ts';
import type { Terminal } from '../cli/terminal.ts';
import { argumentsOf, type Deployment } from '../deployment/deployment.ts';
import { createReporter as createDrainReporter, duration, routedText } from '../deployment/print-drain.ts';
import type { RestartEvent } from './restart-node.ts';

export type ReporterOptions = {
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly deployment: Deployment;
  readonly node: string;
  /** `2 of 3`, for people. */
  readonly place: string;
  readonly command: string;
};

export const createReporter = (options: ReporterOptions): ((event: RestartEvent) => void) => {
  const { terminal, json, node } = options;
  const reportDrain = createDrainReporter({ ...options, partOfMore: true });
  return (event) => {
    const own = textOf(event, options);
    if (own === undefined) reportDrain(event as Parameters<typeof reportDrain>[0]);
    else if (json) terminal.print(JSON.stringify(Object.assign({ event: event.event, node }, event)));
    else terminal.print(own);
    if (event.event === 'left' && !json) terminal.print(resumeText(options));
  };
};

/** Undefined: it is an event of the drain. */
const textOf = (event: RestartEvent, options: ReporterOptions): string | undefined => {
  const { node, place } = options;
  if (event.event === 'restarting') return `${node} is restarted: ${event.command}`;
  if (event.event === 'routed') return routedText(node, event);
  if (event.event === 'back')
    return `${node} is back, after ${duration(event.ms)}: new sessions begin on it (${place})`;
  if (event.event === 'failed')
    return `${node} is ${event.state ?? 'out'}, and stays so: ${event.how}\n${resumeText(options)}\n  or back   npm run undrain -- ${[node, ...argumentsOf(options.deployment)].join(' ')}`;
  return undefined;
};

const resumeText = ({ node, command, deployment }: ReporterOptions): string =>
  `  resume    npm run rolling-restart -- --restart ${shellWord(command)} --from ${[node, ...argumentsOf(deployment)].join(' ')}`;
