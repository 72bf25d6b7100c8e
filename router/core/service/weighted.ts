import { cookieName } from '../../../shared/traefik/cookie-name.ts';
import type { WeightedConfig } from '../model.ts';
import { createBalancer, type Pin } from './balancer.ts';
import { type Level, levelOf, noServerUp, withStep } from './level.ts';
import type { Service } from './service.ts';
import { anyUp } from './status.ts';
import { type Member, shuffle } from './strategy.ts';
import { createWeightedRoundRobin } from './weighted-round-robin.ts';

export type Child = { readonly written: string; readonly weight: number; readonly service: Service };
type ChildMember = Member & { readonly service: Service };

/** A service of services. Its cookie pins a client to a child; the child may pin it to a server. */
export const createWeighted = (config: WeightedConfig, children: readonly Child[], random: () => number): Service => {
  const { name, sticky } = config;
  const members = shuffle(children, random).map((child) => memberOf(child, config.healthCheck));
  const strategy = createWeightedRoundRobin(members);
  const unavailable = noServerUp(name, 'no available server\n');
  const balance = createBalancer<ChildMember, Level>({
    strategy,
    reason: 'round-robin',
    sticky: sticky && { name: cookieName(sticky.name, name), cookie: sticky },
    outcome: ({ service }, { reason, setCookies }: Pin) =>
      levelOf(service, { service: name, reason, chosen: service.name }, setCookies),
  });
  return {
    name,
    kind: 'weighted',
    choose: (request) => {
      const level = balance(request);
      return level === undefined ? unavailable : withStep(level, level.child.choose(request));
    },
    isUp: () => anyUp(strategy.members, members),
  };
};

/** Without `healthCheck` a child with no servers up still gets its share, and answers 503. */
const memberOf = ({ written, weight, service }: Child, healthCheck: boolean): ChildMember => ({
  name: written,
  weight,
  service,
  isUp: healthCheck ? () => service.isUp() : () => true,
});
