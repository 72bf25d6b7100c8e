import type { ServerStatusView } from '../../router/core/service/status.ts';
import { nodeNamesOf } from '../../router/explain/node-routes.ts';
import { nearest } from '../../shared/source/nearest.ts';
import { Misuse } from '../cli/misuse.ts';
import type { TraefikFiles } from '../cli/traefik-files.ts';

/** The servers given as down, by node id or URL. */
export const downServers = (named: readonly string[], { config }: TraefikFiles): ReadonlySet<string> => {
  const nodes = new Map([...nodeNamesOf(config)].map(([url, id]) => [id, url]));
  const urls = new Set(
    [...config.services.values()].flatMap((one) =>
      one.kind === 'loadBalancer' ? one.servers.map(({ url }) => url) : [],
    ),
  );
  return new Set(
    named.map((name) => {
      const url = nodes.get(name) ?? (urls.has(name) ? name : undefined);
      if (url !== undefined) return url;
      const known = [...nodes.keys(), ...urls];
      const near = nearest(name, known);
      throw new Misuse(
        `--down: there is no server ${JSON.stringify(name)}; ${near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`}`,
      );
    }),
  );
};

/** What a running proxy reports for each service; 'UP' or 'DOWN'. */
export type ReportedStatus = ReadonlyMap<string, ReadonlyMap<string, string>>;

export const statusView = (down: ReadonlySet<string>, reported: ReportedStatus): ServerStatusView => ({
  isUp: (service, url) => !down.has(url) && reported.get(service)?.get(url) !== 'DOWN',
});
