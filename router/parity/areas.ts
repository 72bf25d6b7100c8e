import type { Area } from './case.ts';
import { balancing } from './cases/balancing.ts';
import { cookieHeader } from './cases/cookie-header.ts';
import { health } from './cases/health.ts';
import { priorities } from './cases/priorities.ts';
import { rules } from './cases/rules.ts';
import { stickyCookie } from './cases/sticky-cookie.ts';
import { targetsArea } from './cases/targets.ts';
import { treesArea } from './cases/trees.ts';

/** Everything that one process serves at once. */
export const AREAS: readonly Area[] = [
  balancing,
  cookieHeader,
  health,
  priorities,
  rules,
  stickyCookie,
  targetsArea,
  treesArea,
];
