import type { RunningState } from '../state.ts';
import { middlewaresOf, routersOf, servicesOf } from './collections.ts';

/** Totals of everything, with warnings and errors. */
export const overview = (state: RunningState): object => ({
  http: {
    routers: section(routersOf(state)),
    services: section(servicesOf(state)),
    middlewares: section(middlewaresOf(state)),
  },
  tcp: { routers: NOTHING, services: NOTHING, middlewares: NOTHING },
  udp: { routers: NOTHING, services: NOTHING },
  certificates: { ...NOTHING, total: state.table.config.certificates.length },
  features: {
    tracing: '',
    metrics: state.static.prometheus ? 'Prometheus' : '',
    accessLog: state.static.accessLog !== undefined,
  },
  providers: ['File'],
});

const NOTHING = { total: 0, warnings: 0, errors: 0 };

const section = (members: readonly { readonly status: string }[]): typeof NOTHING => ({
  total: members.length,
  warnings: members.filter(({ status }) => status === 'warning').length,
  errors: members.filter(({ status }) => status === 'disabled').length,
});
