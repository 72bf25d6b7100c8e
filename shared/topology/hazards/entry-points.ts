import { isIP } from 'node:net';
import type { Found } from '../../found.ts';
import { INTERNAL_ENTRY_POINT, internalEntryPoint, servingEntryPoints } from '../../traefik/entry-points.ts';
import type { Hazard } from '../hazard.ts';
import type { Topology } from '../topology.ts';

export const entryPointHazards = (topology: Topology): Found<Hazard> => [
  Object.keys(topology.entryPoints).map((name) => [
    redirection(topology, name),
    sameAddress(topology, name),
    trusted(topology, name),
  ]),
  servingEntryPoints(topology).length === 0 ? nobodyServes : undefined,
  publicMetrics(topology),
];

const redirection = (topology: Topology, name: string): Hazard | undefined => {
  const { entryPoints } = topology;
  const to = entryPoints[name]?.redirectTo;
  if (to === undefined) return undefined;
  const path = `entryPoints.${name}.redirectTo`;
  const names = servingEntryPoints(topology).join(', ');
  const remedy = names === '' ? 'add an entry point that serves clients' : `set it to one of: ${names}`;
  const broken = (message: string): Hazard => ({ name: 'redirection', severity: 'error', path, message, remedy });
  if (!(to in entryPoints)) return broken(`there is no entry point ${to}; Traefik would not start`);
  if (to === name) return broken(`${name} redirects to itself: clients would be redirected for ever`);
  if (entryPoints[to]?.redirectTo !== undefined) return broken(`${to} redirects too: it serves no clients itself`);
  if (to === INTERNAL_ENTRY_POINT) return broken(`${to} is Traefik's own entry point and serves no clients`);
  return undefined;
};

const sameAddress = ({ entryPoints }: Topology, name: string): Hazard | undefined => {
  const names = Object.keys(entryPoints);
  const other = names
    .slice(0, names.indexOf(name))
    .find((one) => clash(entryPoints[one]!.address, entryPoints[name]!.address));
  if (other === undefined) return undefined;
  return {
    name: 'same-address',
    severity: 'error',
    path: `entryPoints.${name}.address`,
    message: `${other} and ${name} would both listen on port ${portOf(entryPoints[name]!.address)}: Traefik would not start`,
    remedy: 'give each its own port',
  };
};

const portOf = (address: string): string => address.slice(address.lastIndexOf(':') + 1);
const hostOf = (address: string): string => address.slice(0, address.lastIndexOf(':'));
/** Port 0 means any free port; no host means every host. */
const clash = (a: string, b: string): boolean =>
  portOf(a) === portOf(b) && portOf(a) !== '0' && (hostOf(a) === hostOf(b) || hostOf(a) === '' || hostOf(b) === '');

const trusted = ({ entryPoints }: Topology, name: string): Found<Hazard> =>
  entryPoints[name]!.trustedIPs.map((range, i) => {
    const path = `entryPoints.${name}.trustedIPs[${i}]`;
    if (!isRange(range)) return badRange(range, path);
    return /\/0$/.test(range) ? everybodyTrusted(path) : undefined;
  });

const isRange = (text: string): boolean => {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const most = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : -1;
  return Number(bits ?? 0) <= most;
};

const badRange = (range: string, path: string): Hazard => ({
  name: 'trusted-ips',
  severity: 'error',
  path,
  message: `${JSON.stringify(range)} is neither an IP address nor a range; Traefik would not start`,
  remedy: 'write for example 10.0.0.0/8 or 192.0.2.7',
});

const everybodyTrusted = (path: string): Hazard => ({
  name: 'trusted-ips',
  severity: 'warning',
  path,
  message: 'everybody is trusted: any client can fake its address and scheme in X-Forwarded-*',
  remedy: 'list only the balancers in front of Traefik',
});

const nobodyServes: Hazard = {
  name: 'nobody-serves',
  severity: 'error',
  path: 'entryPoints',
  message: 'no entry point serves clients: all of them redirect, or belong to Traefik itself',
  remedy: 'add one without redirectTo, such as websecure with address ":443" and tls',
};

const publicMetrics = (topology: Topology): Hazard | undefined => {
  const name = internalEntryPoint(topology);
  const address = topology.entryPoints[name]?.address ?? '';
  if (!topology.observe.metrics || name === INTERNAL_ENTRY_POINT || isLoopback(hostOf(address))) return undefined;
  return {
    name: 'public-metrics',
    severity: 'warning',
    path: `entryPoints.${name}`,
    message: `anyone who can reach ${name} can read GET /metrics there`,
    remedy: `add an entry point called ${INTERNAL_ENTRY_POINT} on a private address, or set observe.metrics: false`,
  };
};

const isLoopback = (host: string): boolean => /^(127\.|localhost$|\[::1\]$)/.test(host);
