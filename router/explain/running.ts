import type { RunningState } from '../traefik/observe/state.ts';
import type { ExplainInput } from './question.ts';

/** For a running router: the current table and the current health. */
export const runningInput = ({
  static: staticConfig,
  table,
  serversUp,
}: RunningState): Omit<ExplainInput, 'question'> => ({
  config: table.config,
  staticConfig,
  status: { isUp: (service, url) => serversUp(service)?.get(url) ?? true },
});
