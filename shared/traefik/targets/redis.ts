/** A topology for Traefik's Redis provider: its static file, and a script that updates the keys. */
import { parseRedisUrl, type RedisPlace, RedisUrlError } from '../../registry/redis-url.ts';
import type { Topology } from '../../topology/topology.ts';
import { generatedFrom } from '../generate-files.ts';
import { keysOf, ROOT_KEY } from './redis-keys.ts';
import { staticWithProviders } from './static-text.ts';
import { TargetError } from './target-error.ts';
import type { TargetFile } from './target-file.ts';

export const redisFiles = (topology: Topology): readonly TargetFile[] => [
  { path: 'redis/traefik.yml', text: staticText(topology) },
  { path: 'redis/routes.lua', text: routesScript(topology) },
];

const NOWHERE = 'redis://127.0.0.1:6379';

/**
 * Never in the registry's database: for each change Traefik scans every key of its database, ten at a time, and a
 * registry may hold a million sessions.
 */
export const routesPlace = (registry: string = NOWHERE): RedisPlace & { readonly db: number } => {
  const place = placeOf(registry);
  if (place.kind === 'cluster')
    throw new TargetError(
      'registry: Traefik’s Redis provider supports one Redis or sentinels, not a cluster; use the file target, or another Redis for the routes',
    );
  return { ...place, db: place.db === 0 ? 1 : 0 };
};

const placeOf = (registry: string): RedisPlace => {
  try {
    return parseRedisUrl(registry);
  } catch (error) {
    if (error instanceof RedisUrlError) throw new TargetError(`registry: ${error.message}`);
    throw error;
  }
};

const staticText = (topology: Topology): string => {
  const place = routesPlace(topology.registry);
  return staticWithProviders(topology, {
    providers: { redis: providerOf(place) },
    comment: `The routes are the keys below ${ROOT_KEY}/ in database ${place.db}: not that of the sessions, because Traefik scans\nevery key there at each change. It reads them one by one, so pools name servers, not services: the cookie is a hash\nof a node's URL, and respelling it moves its clients.${topology.registry === undefined ? ' The topology names no registry: put the address of Redis here.' : ''}`,
  });
};

const providerOf = (place: RedisPlace & { readonly db: number }): object => ({
  endpoints: addressesOf(place).map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`),
  db: place.db,
  ...(place.username && { username: place.username }),
  ...(place.password && { password: place.password }),
  // With an explicit value: Traefik ignores an empty section.
  ...(place.tls && { tls: { insecureSkipVerify: false } }),
  ...(place.kind === 'sentinel' && { sentinel: { masterName: place.name } }),
});

const addressesOf = (place: RedisPlace) => {
  if (place.kind === 'single') return [place.address];
  return place.kind === 'sentinel' ? place.sentinels : place.nodes;
};

const routesScript = (topology: Topology): string => {
  const keys = [...keysOf(topology)].map(([key, value]) => `  [${quoted(key)}] = ${quoted(value)},`);
  const { db } = routesPlace(topology.registry);
  return `-- ${generatedFrom()}
-- Run it by redis-cli -n ${db} --eval redis/routes.lua
-- Not for nodes that announce themselves (npm run node -- --announce): it takes what is not in it for left over.
local wanted = {
${keys.join('\n')}
}

-- All at once: Traefik never reads half of a change, and hears of nothing when nothing changed.
local removed, written = 0, 0
for _, key in ipairs(redis.call('KEYS', '${ROOT_KEY}/*')) do
  if wanted[key] == nil then
    removed = removed + redis.call('DEL', key)
  end
end
for key, value in pairs(wanted) do
  if redis.call('GET', key) ~= value then
    redis.call('SET', key, value)
    written = written + 1
  end
end
return { 'written', written, 'removed', removed }
`;
};

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
