import type { Commands } from '../cli/dispatch.ts';

/** For work on mooring itself: they need files that only the repository has. */
export const COMMANDS: Commands = {
  bench: () => import('./bench/command.ts'),
  'bench:dashboard': () => import('./bench/dashboard.ts'),
  'bench:sessions': () => import('./bench/session-memory.ts'),
  parity: () => import('./parity/command.ts'),
  fuzz: () => import('./fuzz/command.ts'),
  'fuzz:parsers': () => import('./fuzz-parsers/command.ts'),
  conformance: () => import('./conformance/command.ts'),
  interop: () => import('./interop/command.ts'),
  foreign: () => import('./foreign/command.ts'),
  hostile: () => import('./hostile/command.ts'),
  minors: () => import('./minors/command.ts'),
  soak: () => import('./soak/command.ts'),
  coverage: () => import('./coverage/command.ts'),
  mutants: () => import('./mutation/command.ts'),
  matrix: () => import('./matrix/command.ts'),
  patterns: () => import('./patterns/command.ts'),
  screenshots: () => import('./screenshots/command.ts'),
  prepack: () => import('./pack/command.ts'),
};
