import { withoutZone } from './address-set.ts';
import type { HeaderList } from './header-list.ts';
import { canonicalName } from './header-name.ts';
import { portOf } from './host.ts';
import type { Request } from './request.ts';

/** Traefik writes these itself, and accepts them from trusted peers only. */
const MANAGED = new Set(
  [
    'proto',
    'scheme',
    'for',
    'host',
    'port',
    'server',
    'uri',
    'method',
    'prefix',
    'tls-client-cert',
    'tls-client-cert-info',
  ]
    .map((name) => `x-forwarded-${name}`)
    .concat('x-scheme', 'x-real-ip'),
);

/** Also with underscores, which some servers read as dashes. `name` is in lower case. */
export const isManaged = (name: string): boolean => {
  if (name.charCodeAt(0) !== 120) return false;
  return MANAGED.has(name) || (name.includes('_') && MANAGED.has(name.replaceAll('_', '-')));
};

/** The names in Connection headers, in lower case. */
export const connectionNames = (lines: readonly string[]): Set<string> =>
  new Set(lines.flatMap((line) => line.split(',').map((name) => withoutBlanks(name).toLowerCase())));

/** No other blank counts: `trim` would also take one above ASCII. */
const withoutBlanks = (text: string): string => text.replace(/^[ \t]+|(?<![ \t])[ \t]+$/g, '');

/** As Go's server reads words: also a blank or a tab ends one. */
export const hasWord = (value: string, word: string): boolean =>
  value
    .toLowerCase()
    .split(/[ \t,]/)
    .includes(word);

/** Whether Go's server closes the connection after the answer. */
export const closesConnection = (version: string, headers: HeaderList): boolean => {
  if (version !== '1.0' && version !== '1.1') return false;
  const [first, ...others] = headers.all('connection');
  if (first === undefined) return version === '1.0';
  if (version === '1.0') return !hasWord(first, 'keep-alive');
  return hasWord(first, 'close') || connectionNames(others).has('close');
};

/** On arrival: headers listed in Connection are removed, except those above; only an upgrade request is kept. */
export const dropConnectionHeaders = (headers: HeaderList): void => {
  const lines = headers.all('connection');
  if (lines.length === 0) return;
  const names = connectionNames(lines);
  const upgrade = names.has('upgrade') ? headers.get('upgrade') : undefined;
  for (const name of names) if (isManaged(name)) names.delete(name);
  headers.deleteAll(names.add('connection'));
  if (upgrade === undefined || upgrade === '') return;
  headers.set('connection', 'Upgrade');
  headers.set('upgrade', upgrade);
};

type Arriving = {
  readonly trusted: boolean;
  readonly tls: boolean;
  readonly remoteAddress: string;
  readonly host: string;
  readonly hostname: string;
};

/** On arrival, last: adds the X-Forwarded headers, for middlewares and servers. */
export const setForwarded = (headers: HeaderList, from: Arriving): void => {
  if (from.trusted) return completeForwarded(headers, from);
  // Any of these that the client had sent were already removed.
  const proto = schemeOf(headers, from.tls);
  headers.flat.push('x-real-ip', withoutZone(from.remoteAddress), 'x-forwarded-proto', proto);
  headers.flat.push('x-forwarded-port', portFor(from, proto));
  if (from.host !== '') headers.flat.push('x-forwarded-host', from.host);
  headers.flat.push('x-forwarded-server', from.hostname);
};

/** Values of a trusted peer are kept; missing ones are added. */
const completeForwarded = (headers: HeaderList, from: Arriving): void => {
  if (!headers.get('x-real-ip')) headers.set('x-real-ip', withoutZone(from.remoteAddress));
  const proto = headers.get('x-forwarded-proto') || schemeOf(headers, from.tls);
  if (!headers.get('x-forwarded-proto')) headers.set('x-forwarded-proto', proto);
  if (!headers.get('x-forwarded-port')) headers.set('x-forwarded-port', portFor(from, proto));
  if (!headers.get('x-forwarded-host') && from.host !== '') headers.set('x-forwarded-host', from.host);
  const addresses = headers.all('x-forwarded-for');
  if (addresses.length > 1) headers.set('x-forwarded-for', addresses.join(', '));
  headers.set('x-forwarded-server', from.hostname);
};

const portFor = ({ host, tls }: Arriving, proto: string): string =>
  portOf(host) ?? (tls || proto === 'https' || proto === 'wss' ? '443' : '80');

const schemeOf = (headers: HeaderList, tls: boolean): string => {
  const lists = (name: string, word: string): boolean => connectionNames([headers.get(name) ?? '']).has(word);
  if (headers.has('upgrade') && lists('upgrade', 'websocket') && lists('connection', 'upgrade'))
    return tls ? 'wss' : 'ws';
  return tls ? 'https' : 'http';
};

/** Hop-by-hop headers. */
export const isHopByHop = (name: string): boolean => {
  switch (name) {
    case 'connection':
    case 'proxy-connection':
    case 'keep-alive':
    case 'proxy-authenticate':
    case 'proxy-authorization':
    case 'te':
    case 'trailer':
    case 'transfer-encoding':
    case 'upgrade':
      return true;
    default:
      return false;
  }
};

export type Outgoing = { readonly host: string; readonly omitForwardedFor: boolean };

/** On the way to the server. Expect has already been answered here. */
export const outgoingHeaders = (request: Request, { host, omitForwardedFor }: Outgoing): string[] => {
  const { headers } = request;
  const { flat } = headers;
  const out: string[] = ['Host', host];
  let forwardedFor: string | undefined;
  let agents = 0;
  // Of the hop-by-hop headers Go forwards `TE: trailers` and `Trailer`, each once.
  let te = false;
  const trailers: string[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i]!;
    const value = flat[i + 1]!;
    if (name === 'x-forwarded-for') forwardedFor = forwardedFor === undefined ? value : `${forwardedFor}, ${value}`;
    else if (name === 'te') te ||= wantsTrailers(value);
    else if (name === 'trailer') trailers.push(value);
    // Go sends one User-Agent, never an empty one, and answers `Expect` before it contacts the server.
    else if (!isHopByHop(name) && name !== 'expect' && (name !== 'user-agent' || (agents++ === 0 && value !== '')))
      out.push(canonicalName(name), value);
  }
  if (te) out.push('Te', 'trailers');
  if (trailers.length > 0 && headers.has('transfer-encoding')) out.push('Trailer', trailerNames(trailers));
  const own = omitForwardedFor ? undefined : request.remoteAddress;
  const all = forwardedFor === undefined ? own : own === undefined ? forwardedFor : `${forwardedFor}, ${own}`;
  if (all !== undefined) out.push('X-Forwarded-For', all);
  return out;
};

const wantsTrailers = (value: string): boolean => /(^|,)\s*trailers\s*(,|$)/i.test(value);

const trailerNames = (values: readonly string[]): string => {
  const names = values.flatMap((value) => value.split(',').map((name) => canonicalName(name.trim())));
  return [...new Set(names)].sort().join(',');
};

/** Some servers only accept these in the letter case of their standard. */
const WEBSOCKET_NAMES = new Map(
  [
    'Sec-WebSocket-Key',
    'Sec-WebSocket-Extensions',
    'Sec-WebSocket-Accept',
    'Sec-WebSocket-Protocol',
    'Sec-WebSocket-Version',
  ].map((name) => [name.toLowerCase(), name]),
);

export const outgoingUpgradeHeaders = (request: Request, outgoing: Outgoing): string[] => [
  ...outgoingHeaders(request, outgoing).map((text, i) =>
    i % 2 === 0 ? (WEBSOCKET_NAMES.get(text.toLowerCase()) ?? text) : text,
  ),
  'Connection',
  'Upgrade',
  'Upgrade',
  request.headers.get('upgrade') ?? '',
];
