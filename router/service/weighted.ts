import { cookieName } from '../../shared/traefik/cookie-name.ts';
import type { WeightedConfig } from '../config/model.ts';
import { createBalancer, type Pin } from './balancer.ts';
import { unavailable } from './load-balancer.ts';
import type { Choice, Service } from './service.ts';
import { type Member, shuffle } from './strategy.ts';
import { createWeightedRoundRobin } from './weighted-round-robin.ts';

type Child = Member & { readonly service: Service };

/** Services that share the requests of one; its own cookie names the child, whose own may name the server. */
export const createWeighted = (
  config: WeightedConfig,
  children: ReadonlyMap<string, Service>,
  random: () => number,
): Service => {
  const members = shuffle(config.services, random).map(({ name, weight }): Child => {
    const service = children.get(name)!;
    // The cookie hashes the name as the file says it, without the provider.
    return { name: name.replace(/@file$/, ''), weight, service, isUp: () => !config.healthCheck || service.isUp() };
  });
  const balancer = createBalancer<Child, { member: Child; pin: Pin }>({
    strategy: createWeightedRoundRobin(members),
    reason: 'round-robin',
    sticky: config.sticky && { name: cookieName(config.sticky.name, config.name), cookie: config.sticky },
    outcome: (member, pin) => ({ member, pin }),
  });
  const nobody = unavailable(config.name, 'no available server\n');
  return {
    name: config.name,
    kind: 'weighted',
    choose: (request): Choice => {
      const chosen = balancer(request);
      if (chosen === undefined) return nobody;
      const { member, pin } = chosen;
      const choice = member.service.choose(request);
      const step = { service: config.name, reason: pin.reason, chosen: member.service.name };
      return { ...choice, setCookies: [...pin.setCookies, ...choice.setCookies], steps: [step, ...choice.steps] };
    },
    isUp: () => members.some((member) => member.isUp()),
  };
};
