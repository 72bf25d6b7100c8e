import { type Commands, dispatch } from '../cli/dispatch.ts';

/** For work on mooring itself: they need what only its repository has. */
const COMMANDS: Commands = {
  'bench:dashboard': () => import('./bench/dashboard.ts'),
  conformance: () => import('./conformance/command.ts'),
  coverage: () => import('./coverage/command.ts'),
  interop: () => import('./interop/command.ts'),
  matrix: () => import('./matrix/command.ts'),
  screenshots: () => import('./screenshots/command.ts'),
};

await dispatch(process.argv.slice(2), {
  title: 'Usage: npm run COMMAND [-- options]\n\nFor work on mooring itself.',
  commands: COMMANDS,
  version: () => 'of this repository',
});
