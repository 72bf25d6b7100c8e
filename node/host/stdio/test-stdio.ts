import type { ServerCommand } from '../../../shared/split-at-dashes.ts';
import { NODE_DEFAULTS } from '../../node-options.ts';
import { stdioHost } from './stdio-host.ts';

type Options = Partial<Parameters<typeof stdioHost>[0]>;

/** Starts a node that runs this program for each session. */
export const behindStdio = (command: ServerCommand, options: Options = {}) => ({
  makeHost: stdioHost({
    command,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
    startMs: 60_000,
    mostProcesses: 40,
    eventLimits: NODE_DEFAULTS.eventLimits,
    ...options,
  }),
});
