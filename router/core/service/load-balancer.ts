import { cookieName } from '../../../shared/traefik/cookie-name.ts';
import type { LoadBalancerConfig, ServerConfig } from '../model.ts';
import { createBalancer, type Pin } from './balancer.ts';
import { createLeastTime } from './least-time.ts';
import { noServerUp } from './level.ts';
import { createRendezvous } from './rendezvous.ts';
import type { Choice, PinReason, Server, Service } from './service.ts';
import { anyUp, type ServerStatusView } from './status.ts';
import { type Member, NO_TRACKING, type Strategy, shuffle, type Tracking } from './strategy.ts';
import { createTwoChoices } from './two-choices.ts';
import { createWeightedRoundRobin } from './weighted-round-robin.ts';

type Deps = { readonly random: () => number; readonly status: ServerStatusView };
type ServerMember = Member & { readonly server: Server };
type Outcome = { readonly choice: Choice; readonly tracking: Tracking };

const REASON: Readonly<Record<LoadBalancerConfig['strategy'], PinReason>> = {
  wrr: 'round-robin',
  p2c: 'two-choices',
  hrw: 'client-ip',
  leasttime: 'least-time',
};

/** A service of servers. All possible choices are built here once; a request only picks one. */
export const createLoadBalancer = (config: LoadBalancerConfig, deps: Deps): Service => {
  const { name } = config;
  const members = shuffle(config.servers, deps.random).map((server) => memberOf(config, server, deps.status));
  const strategy = strategyOf(config, members, deps.random);
  const unavailable = noServerUp(name, 'no available server\n');
  const balance = createBalancer<ServerMember, Outcome>({
    strategy,
    reason: members.length === 1 ? 'only-server' : REASON[config.strategy],
    sticky: stickyOf(config),
    outcome: (member, pin) => outcomeOf(strategy, member, pin),
  });
  return {
    name,
    kind: 'loadBalancer',
    choose: (request) => {
      const outcome = balance(request);
      if (outcome === undefined) return unavailable;
      outcome.tracking.begun();
      return outcome.choice;
    },
    isUp: () => anyUp(strategy.members, members),
  };
};

const strategyOf = (
  { strategy }: LoadBalancerConfig,
  members: readonly ServerMember[],
  random: () => number,
): Strategy<ServerMember> => {
  switch (strategy) {
    case 'wrr':
      return createWeightedRoundRobin(members);
    case 'p2c':
      return createTwoChoices(members, random);
    case 'hrw':
      return createRendezvous(members);
    case 'leasttime':
      return createLeastTime(members);
  }
};

/** Traefik uses the cookie with every strategy except hrw, which pins clients by their address. */
const stickyOf = ({ name, sticky, strategy }: LoadBalancerConfig) =>
  sticky === undefined || strategy === 'hrw' ? undefined : { name: cookieName(sticky.name, name), cookie: sticky };

const memberOf = (config: LoadBalancerConfig, server: ServerConfig, status: ServerStatusView): ServerMember => ({
  name: server.url,
  weight: server.weight,
  server: serverOf(config, server),
  isUp: config.healthCheck === undefined ? () => true : () => status.isUp(config.name, server.url),
});

const serverOf = (config: LoadBalancerConfig, { url, preservePath }: ServerConfig): Server => {
  const target = new URL(url);
  return {
    url,
    target,
    service: config.name,
    passHostHeader: config.passHostHeader,
    // Without the last slash: the request's path begins with one.
    basePath: preservePath ? target.pathname.replace(/\/$/, '') : '',
    transport: config.serversTransport,
  };
};

const outcomeOf = (strategy: Strategy<ServerMember>, member: ServerMember, { reason, setCookies }: Pin): Outcome => {
  const { server } = member;
  const pinned = reason === 'cookie' || reason === 'legacy-cookie';
  const tracking = strategy.track?.(member, pinned) ?? NO_TRACKING;
  const steps = [{ service: server.service, reason, chosen: server.url }];
  const { answered, ended } = tracking;
  return { tracking, choice: { kind: 'server', server, setCookies, steps, answered, ended } };
};
