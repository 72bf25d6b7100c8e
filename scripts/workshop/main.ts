import { dispatch } from '../cli/dispatch.ts';
import { COMMANDS } from './commands.ts';

await dispatch(process.argv.slice(2), {
  title: 'Usage: npm run COMMAND [-- options]\n\nFor work on mooring itself.',
  commands: COMMANDS,
  version: () => 'of this repository',
});
