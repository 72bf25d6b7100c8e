import type { Log } from '../log.ts';
import { connectRedis, type LinkOptions } from './redis.ts';
import type { RedisRegistry } from './redis-registry.ts';
import { parseRedisUrl } from './redis-url.ts';

/** Messages between nodes, each delivered once to those connected. */
export type Events = {
  /** Whether it was taken. Never rejects, never takes longer than the command timeout. */
  send(text: string): Promise<boolean>;
  quit(): Promise<void>;
};

export type RedisEventsOptions = {
  readonly url: string;
  /** This connection only publishes; a subscribed connection cannot send commands. */
  readonly registry: Pick<RedisRegistry, 'publish'>;
  readonly node: string;
  readonly log: Log;
  readonly onText: (text: string) => void;
  readonly redisOptions?: LinkOptions['redisOptions'];
};

const CHANNEL = 'mcp:events';
const COMMAND_MS = 500;

export const redisEvents = ({ url, registry, node, log, onText, redisOptions }: RedisEventsOptions): Events => {
  const place = parseRedisUrl(url);
  const channel = 'db' in place ? `${CHANNEL}:${place.db}` : CHANNEL;
  const link = connectRedis({
    place,
    connectionName: `mooring-events:${node}`,
    commandTimeoutMs: COMMAND_MS,
    listen: { channel, onText },
    onReady: () => log.debug('hears what other nodes tell'),
    onTrouble: ({ sentence }) => log.debug({ why: sentence }, 'does not hear what other nodes tell'),
    ...(redisOptions && { redisOptions }),
  });
  return { send: (text) => registry.publish(channel, text), quit: () => link.quit() };
};
