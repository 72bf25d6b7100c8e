import type { Area } from './area.ts';
import { servers } from './areas/servers.ts';
import { smuggling } from './areas/smuggling.ts';

/** In the order in which they run. */
export const AREAS: readonly Area[] = [smuggling, servers] as readonly Area[];
