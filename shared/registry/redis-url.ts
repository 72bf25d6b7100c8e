export type Address = { readonly host: string; readonly port: number };

type Credentials = { readonly username?: string; readonly password?: string };

/** Where Redis is, in one of its three modes. */
export type RedisPlace = Credentials & { readonly tls: boolean } & (
    | { readonly kind: 'single'; readonly address: Address; readonly db: number }
    | { readonly kind: 'sentinel'; readonly sentinels: readonly Address[]; readonly name: string; readonly db: number }
    | { readonly kind: 'cluster'; readonly nodes: readonly Address[] }
  );

/** Its message never quotes the URL: there may be a password in it. */
export class RedisUrlError extends Error {
  readonly code = 'REDIS_URL';
}

// WHATWG URLs have one host; here there may be several, so the parts are split by hand.
const FORM = /^(rediss?)(\+sentinel|\+cluster)?:\/\/(?:([^@/]*)@)?([^/?@]*)(?:\/([^?]*))?$/i;
const DEFAULT_PORT = { '': 6379, '+cluster': 6379, '+sentinel': 26379 } as const;

/**
 * `redis://[user:password@]host[:port][/db]`, `redis+sentinel://…@host1,host2/master-name[/db]` and
 * `redis+cluster://…@host1,host2`; with `rediss` in place of `redis` over TLS.
 */
export const parseRedisUrl = (url: string): RedisPlace => {
  const parts = FORM.exec(url.trim());
  if (!parts)
    throw new RedisUrlError(
      'the Redis URL begins with none of redis://, redis+sentinel:// and redis+cluster://: write redis://HOST:PORT',
    );
  const [, scheme = '', form = '', login = '', hosts = '', path = ''] = parts;
  const variant = form.toLowerCase() as keyof typeof DEFAULT_PORT;
  const base = { tls: scheme.toLowerCase() === 'rediss', ...credentialsOf(login) };
  const addresses = hosts.split(',').map((host) => addressOf(host, DEFAULT_PORT[variant]));
  const steps = path.split('/').filter((step) => step !== '');
  if (variant === '+cluster') return { ...base, kind: 'cluster', nodes: addresses };
  if (variant === '+sentinel') return sentinelOf(base, addresses, steps);
  const [address] = addresses;
  if (!address || addresses.length > 1) throw new RedisUrlError('redis:// takes one host; see redis+cluster://');
  return { ...base, kind: 'single', address, db: databaseOf(steps[0]) };
};

export const isRedisUrl = (url: string): boolean => {
  try {
    parseRedisUrl(url);
    return true;
  } catch {
    return false;
  }
};

/** For logs and messages: host and user, never the password. */
export const describeRedis = (place: RedisPlace): string => {
  const user = place.username ? `${place.username}@` : '';
  const scheme = place.tls ? 'rediss' : 'redis';
  if (place.kind === 'single') return `${scheme}://${user}${textOf(place.address)}/${place.db}`;
  if (place.kind === 'cluster') return `${scheme}+cluster://${user}${place.nodes.map(textOf).join(',')}`;
  return `${scheme}+sentinel://${user}${place.sentinels.map(textOf).join(',')}/${place.name}/${place.db}`;
};

const sentinelOf = (
  base: Credentials & { tls: boolean },
  sentinels: readonly Address[],
  [name, db]: readonly string[],
): RedisPlace => {
  if (!name) throw new RedisUrlError('redis+sentinel:// needs the master name after the hosts: …/mymaster');
  return { ...base, kind: 'sentinel', sentinels, name, db: databaseOf(db) };
};

const credentialsOf = (login: string): Credentials => {
  const colon = login.indexOf(':');
  const username = unescapePart(colon < 0 ? login : login.slice(0, colon));
  const password = unescapePart(colon < 0 ? '' : login.slice(colon + 1));
  return { ...(username && { username }), ...(password && { password }) };
};

const addressOf = (text: string, defaultPort: number): Address => {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/i.exec(text.trim());
  const port = parts?.[3] === undefined ? defaultPort : Number(parts[3]);
  const host = parts?.[1] ?? parts?.[2];
  if (!host || port < 1 || port > 65535) throw new RedisUrlError('a host in the Redis URL is not host or host:port');
  return { host, port };
};

const databaseOf = (text = '0'): number => {
  if (!/^\d{1,5}$/.test(text)) throw new RedisUrlError('the database in the Redis URL is not a number');
  return Number(text);
};

const unescapePart = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RedisUrlError('the user or password in the Redis URL is not percent-encoded');
  }
};

const textOf = ({ host, port }: Address): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);
