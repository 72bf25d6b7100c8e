import { cookieName } from '../../shared/traefik/cookie-name.ts';
import type { LoadBalancerConfig, ServerConfig } from '../config/model.ts';
import type { Request } from '../request/request.ts';
import { createBalancer } from './balancer.ts';
import { createLeastTime } from './least-time.ts';
import { createRendezvous } from './rendezvous.ts';
import type { Choice, PinReason, Server, Service } from './service.ts';
import { type Member, NO_TRACKING, type Strategy, shuffle, type Tracking } from './strategy.ts';
import { createTwoChoices } from './two-choices.ts';
import { createWeightedRoundRobin } from './weighted-round-robin.ts';

export type ServerStatusView = { isUp(service: string, url: string): boolean };
export type ServiceDeps = { readonly random: () => number; readonly status: ServerStatusView };

type ServerMember = Member & { readonly server: Server };
/** What is chosen, made once for each server and reason; `begun` is told at each choice. */
type Outcome = { readonly choice: Extract<Choice, { kind: 'server' }>; readonly begun: () => void };

export const createLoadBalancer = (config: LoadBalancerConfig, { random, status }: ServiceDeps): Service => {
  const members = shuffle(config.servers, random).map(
    (server): ServerMember => ({
      name: server.url,
      weight: server.weight,
      isUp: () => status.isUp(config.name, server.url),
      server: serverOf(config, server),
    }),
  );
  const { strategy, reason } = STRATEGIES[config.strategy](members, random);
  const balancer = createBalancer<ServerMember, Outcome>({
    strategy,
    reason,
    // Rendezvous hashing pins by address already: Traefik reads and sets no cookie with it.
    sticky:
      config.sticky && config.strategy !== 'hrw'
        ? { name: cookieName(config.sticky.name, config.name), cookie: config.sticky }
        : undefined,
    outcome: (member, pin) => {
      const pinned = pin.reason === 'cookie' || pin.reason === 'legacy-cookie';
      const { begun, answered, ended }: Tracking = strategy.track?.(member, pinned) ?? NO_TRACKING;
      const steps = [{ service: config.name, reason: pin.reason, chosen: member.name }];
      return {
        choice: { kind: 'server', server: member.server, setCookies: pin.setCookies, steps, answered, ended },
        begun,
      };
    },
  });
  const nobody: Choice = unavailable(config.name, 'no available server\n');
  return {
    name: config.name,
    kind: 'loadBalancer',
    choose: (request: Request) => {
      const chosen = balancer(request);
      if (chosen === undefined) return nobody;
      chosen.begun();
      return chosen.choice;
    },
    // Without servers nobody ever reports a change, and parents go on believing in it.
    isUp: () => members.length === 0 || members.some((member) => member.isUp()),
  };
};

export const unavailable = (service: string, body: string): Extract<Choice, { kind: 'unavailable' }> => ({
  kind: 'unavailable',
  body,
  setCookies: [],
  steps: [{ service, reason: 'nobody-up', chosen: undefined }],
});

type Chosen = { readonly strategy: Strategy<ServerMember>; readonly reason: PinReason };

const STRATEGIES: Readonly<
  Record<LoadBalancerConfig['strategy'], (members: readonly ServerMember[], random: () => number) => Chosen>
> = {
  wrr: (members) => ({ strategy: createWeightedRoundRobin(members), reason: 'round-robin' }),
  p2c: (members, random) => ({ strategy: createTwoChoices(members, random), reason: 'two-choices' }),
  hrw: (members) => ({ strategy: createRendezvous(members), reason: 'client-ip' }),
  leasttime: (members) => ({ strategy: createLeastTime(members), reason: 'least-time' }),
};

const serverOf = (config: LoadBalancerConfig, server: ServerConfig): Server => {
  const target = new URL(server.url);
  return {
    url: server.url,
    target,
    service: config.name,
    passHostHeader: config.passHostHeader,
    basePath: server.preservePath ? target.pathname.replace(/\/$/, '') : '',
    transport: config.serversTransport,
  };
};
