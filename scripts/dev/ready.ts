import { TRAEFIK_VERSION } from '../../shared/traefik/minors.ts';
import { anyTraefik, provenFor } from '../../shared/traefik-binary.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { DevOptions } from './options.ts';
import type { Ready } from './output.ts';
import type { PortChoice } from './port-choice.ts';

type Facts = {
  readonly cluster: Cluster;
  readonly options: DevOptions;
  readonly port: PortChoice;
  readonly dashboard: string | null;
  readonly milliseconds: number;
};

const STICKY = {
  both: 'a session stays at its node, by its id and by the cookie',
  'session-id': 'a session stays at its node, by its id',
  cookie: 'a session stays at its node, by the cookie only: clients that drop cookies lose their sessions',
} as const;

const traefikText = (version: string): string =>
  [`Traefik ${version}`, provenFor(version)].filter((part) => part !== '').join('; ');

/** The contents of the banner and of the first JSON event. */
export const readyOf = ({ cluster, options, port, dashboard, milliseconds }: Facts): Omit<Ready, 'keys'> => {
  const { url, mcp, redis, folder, proxy } = cluster;
  const { affinity, cookie, routes, hosts } = cluster.topology();
  const traefik = proxy === 'traefik' ? anyTraefik()?.version : undefined;
  const nodes = cluster.nodes().map(({ id, url: at }) => ({ id, url: at }));
  const instances = cluster.instances().map(({ id, node, url: at, pid }) => ({ id, node, url: at, pid }));
  const facts = { milliseconds: Math.round(milliseconds), url, mcp, dashboard, nodes, instances, folder, port, hosts };
  return {
    ...facts,
    proxy: traefik === undefined ? `router, as Traefik ${TRAEFIK_VERSION}` : traefikText(traefik),
    redis: redis.sentence,
    topology: options.topology,
    sticky: STICKY[affinity],
    secure: cookie.secure,
    routes: routes.map(({ prefix }) => `${url}${prefix}`),
    event: {
      event: 'ready',
      router: url,
      mcp,
      nodes,
      ...(instances.length > 0 && { instances }),
      dashboard,
      proxy,
      ...(traefik !== undefined && { traefik }),
      redis: { url: redis.url, how: redis.how },
      files: folder,
      affinity,
      cookie: { name: cookie.name, secure: cookie.secure },
      ...(port.taken && { portTaken: port.taken }),
      milliseconds: facts.milliseconds,
      pid: process.pid,
    },
  };
};
