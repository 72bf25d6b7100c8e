import { parseArgs } from 'node:util';
import { FULL, type Plan, QUICK } from './plan.ts';

export type Arguments =
  | { readonly kind: 'run'; readonly plan: Plan; readonly json: boolean; readonly only: readonly string[] }
  | { readonly kind: 'help' }
  | { readonly kind: 'misuse'; readonly message: string };

export const USAGE = `npm run bench -- [--quick] [--json] [--rounds N] [--only NAMES]

Compares the router with real Traefik, with nginx and with no proxy at all: requests per second, latency, the delay of
server-sent events, the time from start to the first answer, and that of a whole cluster. All proxies share one core, the load and the servers
have another; they take turns, round by round.

  --quick        about half a minute instead of five
  --rounds N     so many rounds
  --only NAMES   of direct, router, traefik, nginx, cluster, watched; separated by commas (direct is always
                 measured; watched, the router with its dashboard open, only when it is named)
  --json         the figures as JSON on stdout

Real Traefik is taken from TRAEFIK_BIN or the PATH. What is not installed is skipped, and said so.
`;

const USUAL = ['direct', 'router', 'traefik', 'nginx', 'cluster'];
const NAMES = [...USUAL, 'watched'];

export const parseArguments = (argv: readonly string[]): Arguments => {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        rounds: { type: 'string' },
        only: { type: 'string', default: USUAL.join(',') },
      },
    });
    if (values.help) return { kind: 'help' };
    const plan = values.quick ? QUICK : FULL;
    const rounds = Number(values.rounds ?? plan.rounds);
    if (!Number.isInteger(rounds) || rounds < 1) return misuse(`--rounds takes a number from 1, not ${values.rounds}`);
    const only = values.only.split(',');
    const unknown = only.find((name) => !NAMES.includes(name));
    if (unknown !== undefined) return misuse(`--only knows ${NAMES.join(', ')}, not ${unknown}`);
    return { kind: 'run', plan: { ...plan, rounds }, json: values.json, only: ['direct', ...only] };
  } catch (error) {
    return misuse((error as Error).message);
  }
};

const misuse = (message: string): Arguments => ({ kind: 'misuse', message });
