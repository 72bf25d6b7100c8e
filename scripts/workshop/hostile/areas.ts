import type { Area } from './area.ts';
import { auth } from './areas/auth.ts';
import { clients } from './areas/clients.ts';
import { commands } from './areas/commands.ts';
import { files } from './areas/files.ts';
import { hosts } from './areas/hosts.ts';
import { http2 } from './areas/http2.ts';
import { marks } from './areas/marks.ts';
import { nodes } from './areas/nodes.ts';
import { page } from './areas/page.ts';
import { redis } from './areas/redis.ts';
import { relay } from './areas/relay.ts';
import { servers } from './areas/servers.ts';
import { smuggling } from './areas/smuggling.ts';
import { state } from './areas/state.ts';

export const AREAS: readonly Area[] = [
  smuggling,
  servers,
  clients,
  http2,
  files,
  nodes,
  redis,
  hosts,
  auth,
  state,
  relay,
  marks,
  page,
  commands,
] as readonly Area[];
