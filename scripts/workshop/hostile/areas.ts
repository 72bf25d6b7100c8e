import type { Area } from './area.ts';
import { clients } from './areas/clients.ts';
import { files } from './areas/files.ts';
import { http2 } from './areas/http2.ts';
import { nodes } from './areas/nodes.ts';
import { redis } from './areas/redis.ts';
import { servers } from './areas/servers.ts';
import { smuggling } from './areas/smuggling.ts';

/** In the order in which they run. */
export const AREAS: readonly Area[] = [smuggling, servers, clients, http2, files, nodes, redis] as readonly Area[];
