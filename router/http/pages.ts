import type { Reply } from '../core/middleware.ts';
import { HeaderList } from '../core/request/header-list.ts';
import type { InternalService } from '../core/table/table.ts';
import { answerApi } from '../traefik/observe/api.ts';
import type { Metrics } from '../traefik/observe/metrics.ts';
import { answerPing } from '../traefik/observe/ping.ts';
import type { RunningState } from '../traefik/observe/state.ts';
import { answer } from './answer.ts';
import type { HttpExchange } from './exchange.ts';

export type PagesDeps = {
  readonly state: () => RunningState;
  readonly metrics: Metrics;
  readonly terminating: () => boolean;
  readonly unexpected: (error: unknown) => void;
};

/** The router's own pages, by the names of Traefik's internal services. */
export const createPages =
  (deps: PagesDeps) =>
  (x: HttpExchange, service: InternalService): void => {
    const reply = pageOf(x, service, deps);
    if (!(reply instanceof Promise)) return answer(x, reply);
    reply.then((page) => answer(x, page)).catch(deps.unexpected);
  };

const pageOf = (x: HttpExchange, service: InternalService, deps: PagesDeps): Reply | Promise<Reply> => {
  const state = deps.state();
  if (service === 'ping@internal' && state.static.ping) return answerPing(state.static.ping, deps.terminating());
  if (service === 'api@internal') return answerApi(x.request, state);
  if (service === 'prometheus@internal') return metricsPage(deps.metrics);
  // noop@internal, the service behind a redirection: not reached.
  return { status: 418, headers: new HeaderList(), body: '' };
};

const metricsPage = async (metrics: Metrics): Promise<Reply> => {
  const { contentType, body } = await metrics.render();
  return { status: 200, headers: new HeaderList(['content-type', contentType]), body };
};
