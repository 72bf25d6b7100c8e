import type { RunningState } from '../traefik/observe/state.ts';
import type { ExplainInput } from './question.ts';

/** What is asked of a running router is asked of the table in force and the health known now. */
export const runningInput = ({
  static: staticConfig,
  table,
  serversUp,
}: RunningState): Omit<ExplainInput, 'question'> => ({
  config: table.config,
  staticConfig,
  status: { isUp: (service, url) => serversUp(service)?.get(url) ?? true },
});
