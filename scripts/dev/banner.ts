import type { Paint } from '../cli/paint.ts';
import { KEY_HINT } from './keys.ts';
import type { PortChoice } from './port-choice.ts';

export type Banner = {
  readonly milliseconds: number;
  readonly url: string;
  readonly mcp: string;
  readonly proxy: string;
  readonly dashboard: string | null;
  readonly nodes: readonly { readonly id: string; readonly url: string }[];
  /** The servers behind the nodes, if a command started them. */
  readonly instances: readonly { readonly id: string; readonly url: string }[];
  readonly redis: string;
  readonly folder: string;
  readonly topology: string | undefined;
  readonly sticky: string;
  readonly secure: boolean;
  readonly routes: readonly string[];
  /** Host names that the topology's routes match. */
  readonly hosts: readonly string[];
  readonly port: PortChoice;
  readonly keys: boolean;
};

/** Shows the settings, the addresses and what to try next. */
export const bannerText = (banner: Banner, paint: Paint): string => {
  const hostFlag = banner.hosts[0] === undefined ? '' : `-H 'Host: ${banner.hosts[0]}' `;
  const { milliseconds, mcp, url, dashboard, nodes, instances, port, secure, keys } = banner;
  const placesOf = (places: Banner['nodes']): string =>
    places.map(({ id, url: at }) => `${paint.name(id)} :${new URL(at).port}`).join('   ');
  const row = (name: string, value: string): string => `  ${paint.strong(name.padEnd(11))}${value}`;
  const taken =
    port.taken === undefined
      ? []
      : [row('Port', `${port.taken.port} is in use${ownerText(port.taken.by)}: ${paint.risky(`using ${port.port}`)}`)];
  return [
    '',
    `  ${paint.strong('mooring')}  ${paint.good(`ready in ${Math.round(milliseconds)} ms`)}  ${paint.faint(`Node ${process.versions.node}`)}`,
    '',
    row('MCP', `${paint.strong(mcp)}  ${paint.faint(banner.sticky)}`),
    ...banner.routes.map((route) => row('', `${route}  ${paint.faint('balanced over the nodes')}`)),
    row('Dashboard', dashboard ?? paint.faint('none')),
    row('Proxy', banner.proxy),
    row('Nodes', placesOf(nodes)),
    ...(instances.length === 0 ? [] : [row('Servers', placesOf(instances))]),
    row('Redis', banner.redis.replace(/^Redis: /, '')),
    row('Files', `${banner.folder}/{traefik,dynamic}.yml  ${paint.faint(fromText(banner.topology))}`),
    row(
      'Cookie',
      secure
        ? 'Secure, over HTTPS with a certificate for this run only (curl -k)'
        : `not Secure: over plain HTTP correct clients would not send it back ${paint.faint('(--https: as in production)')}`,
    ),
    ...taken,
    '',
    row('Try', `curl -i${secure ? 'k' : ''} ${hostFlag}${url}/healthz`),
    row(
      '',
      `${secure ? 'NODE_TLS_REJECT_UNAUTHORIZED=0 ' : ''}npx @modelcontextprotocol/inspector --cli ${mcp} --transport http --method tools/list`,
    ),
    row('', `npm run demo -- --url ${mcp}`),
    ...(keys ? ['', `  ${paint.faint(KEY_HINT)}`] : []),
    '',
  ].join('\n');
};

const ownerText = (by: { readonly pid: number; readonly command: string } | undefined): string =>
  by === undefined ? '' : ` by pid ${by.pid} (${by.command})`;

const fromText = (topology: string | undefined): string =>
  topology === undefined ? '(generated; edits are applied)' : `(generated from ${topology}, which is watched)`;
