import type { Area } from './case.ts';
import { accessLog } from './cases/access-log.ts';
import { balancing } from './cases/balancing.ts';
import { bodies } from './cases/bodies.ts';
import { clientFaults } from './cases/client-faults.ts';
import { cookieHeader } from './cases/cookie-header.ts';
import { directories } from './cases/directories.ts';
import { entryPoints } from './cases/entry-points.ts';
import { fileChanges } from './cases/file-changes.ts';
import { forwardAuth } from './cases/forward-auth.ts';
import { forwarding } from './cases/forwarding.ts';
import { handles } from './cases/handles.ts';
import { headerMiddlewares } from './cases/header-middlewares.ts';
import { health } from './cases/health.ts';
import { hopByHop } from './cases/hop-by-hop.ts';
import { hostile } from './cases/hostile.ts';
import { interimAnswers } from './cases/interim-answers.ts';
import { internalPages } from './cases/internal-pages.ts';
import { leftBehind } from './cases/left-behind.ts';
import { limitMiddlewares } from './cases/limit-middlewares.ts';
import { pathMiddlewares } from './cases/path-middlewares.ts';
import { pipelines } from './cases/pipelines.ts';
import { pools } from './cases/pools.ts';
import { priorities } from './cases/priorities.ts';
import { rules } from './cases/rules.ts';
import { serverFaults } from './cases/server-faults.ts';
import { starting } from './cases/starting.ts';
import { stickyCookie } from './cases/sticky-cookie.ts';
import { stopping } from './cases/stopping.ts';
import { tags } from './cases/tags.ts';
import { targetsArea } from './cases/targets.ts';
import { treesArea } from './cases/trees.ts';
import { unsupported } from './cases/unsupported.ts';
import { upgrades } from './cases/upgrades.ts';

/** All areas; those that do not need their own process share one. */
export const AREAS: readonly Area[] = [
  accessLog,
  balancing,
  bodies,
  clientFaults,
  cookieHeader,
  directories,
  entryPoints,
  fileChanges,
  forwardAuth,
  forwarding,
  handles,
  tags,
  headerMiddlewares,
  health,
  hopByHop,
  hostile,
  interimAnswers,
  internalPages,
  leftBehind,
  limitMiddlewares,
  pathMiddlewares,
  pipelines,
  pools,
  priorities,
  rules,
  serverFaults,
  starting,
  stickyCookie,
  targetsArea,
  treesArea,
  unsupported,
  upgrades,
  ...stopping,
];
