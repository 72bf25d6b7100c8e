import type { FailoverConfig } from '../config/model.ts';
import { unavailable } from './load-balancer.ts';
import type { Choice, PinReason, Service } from './service.ts';

/** One service while it is up, another while it is not. */
export const createFailover = (config: FailoverConfig, main: Service, fallback: Service): Service => {
  // Without a health check of its own, a failover is told nothing of its fallback and believes in it.
  const fallbackIsUp = (): boolean => !config.healthCheck || fallback.isUp();
  const nobody = unavailable(config.name, 'Service Unavailable\n');
  const through = (service: Service, reason: PinReason, choice: Choice): Choice => ({
    ...choice,
    steps: [{ service: config.name, reason, chosen: service.name }, ...choice.steps],
  });
  return {
    name: config.name,
    kind: 'failover',
    choose: (request) => {
      if (main.isUp()) return through(main, 'main', main.choose(request));
      if (fallbackIsUp()) return through(fallback, 'fallback', fallback.choose(request));
      return nobody;
    },
    isUp: () => main.isUp() || fallback.isUp(),
  };
};
