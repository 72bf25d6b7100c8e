import { type Targets, targetsOf } from '../../router/explain/decode-cookies.ts';
import { formatProblems } from '../../shared/source/format-problems.ts';
import { readTopology } from '../../shared/topology/read-topology.ts';
import { cookieName } from '../../shared/traefik/cookie-name.ts';
import { dynamicOf, PARTS, type TraefikService } from '../../shared/traefik/dynamic.ts';
import { declaredName } from '../../shared/traefik/qualified-name.ts';
import type { Terminal } from '../cli/terminal.ts';
import { readTraefikFiles } from '../cli/traefik-files.ts';
import { topologyText } from '../deployment/deployment.ts';

type Telling = { readonly terminal: Terminal; readonly json: boolean };

/** undefined: the files cannot be read, and why has been told. */
export const targetsOfConfigfile = async (file: string, telling: Telling): Promise<Targets | undefined> => {
  const files = await readTraefikFiles(file, telling);
  if (files === undefined) return undefined;
  return targetsOf(files.config);
};

export const targetsOfTopology = async (file: string, { terminal, json }: Telling): Promise<Targets | undefined> => {
  const text = await topologyText(file);
  const { topology, problems } = readTopology(text, file);
  if (topology === undefined) {
    if (json) terminal.print(JSON.stringify({ event: 'problems', problems }));
    else terminal.complain(formatProblems(problems, { color: terminal.color, sources: new Map([[file, text]]) }));
    return undefined;
  }
  const names = new Map(topology.nodes.map(({ id, url }) => [url, id]));
  const at = { file, line: 1, column: 1 };
  const targets = Object.entries(dynamicOf(topology).http.services).flatMap(([service, config]) =>
    stickyOf(config).map(({ name, url }) => ({
      service: declaredName(service),
      cookie: cookieName(name, declaredName(service)),
      text: url,
      node: names.get(url),
      at,
    })),
  );
  const inside = new Set(targets.map((target) => target.text));
  const outside = topology.nodes
    .filter(({ url }) => !inside.has(url))
    .map(({ id, url }) => ({ url, service: PARTS.only(id) }));
  return { targets, outside };
};

const stickyOf = (service: TraefikService): { name: string; url: string }[] => {
  if (!('loadBalancer' in service) || service.loadBalancer.sticky === undefined) return [];
  const { name } = service.loadBalancer.sticky.cookie;
  return service.loadBalancer.servers.map(({ url }) => ({ name, url }));
};
