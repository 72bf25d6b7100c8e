import type { FailoverConfig } from '../model.ts';
import { levelOf, noServerUp, withStep } from './level.ts';
import type { Service } from './service.ts';

/** The main service while it is up, else the fallback. The fallback's own status only matters with `healthCheck`. */
export const createFailover = (config: FailoverConfig, main: Service, fallback: Service): Service => {
  const { name } = config;
  const toMain = levelOf(main, { service: name, reason: 'main', chosen: main.name }, []);
  const toFallback = levelOf(fallback, { service: name, reason: 'fallback', chosen: fallback.name }, []);
  const unavailable = noServerUp(name, 'Service Unavailable\n');
  const mayFallBack = config.healthCheck ? () => fallback.isUp() : () => true;
  return {
    name,
    kind: 'failover',
    choose: (request) => {
      if (main.isUp()) return withStep(toMain, main.choose(request));
      return mayFallBack() ? withStep(toFallback, fallback.choose(request)) : unavailable;
    },
    isUp: () => main.isUp() || mayFallBack(),
  };
};
