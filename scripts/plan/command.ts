import { defineCommand, type ExitCode, type Options, type ValuesOf } from '../cli/command.ts';
import { Misuse } from '../cli/misuse.ts';
import type { Terminal } from '../cli/terminal.ts';
import { openRegistry } from '../deployment/open-registry.ts';
import { countLosses, type Losses, losesSessions } from './losses.ts';
import type { NodeMoves } from './moves.ts';
import { planOf } from './plan.ts';
import { planText } from './plan-text.ts';
import { readSide, type Side } from './read-side.ts';

const usage = `Usage: npm run plan -- OLD NEW [--redis URL]

Shows the effect of a change before it is made: which routers, services and servers change, which clients move and why,
and how many sessions would end. OLD and NEW are topologies or Traefik's dynamic files. Writes nothing.

  --redis URL   registry of the sessions, to count those that live (the topology's registry, else REDIS_URL)
  --no-redis    do not count
  --json        one JSON object
  --help        this text

Examples:
  npm run plan -- config/production.yaml next.yaml
  git show HEAD:config/dev.yaml > before.yaml && npm run plan -- before.yaml config/dev.yaml

Exits with 0 when no session is lost, 1 when some would be (or could be, where nobody counts) or a file cannot be
read, 2 for wrong usage.`;

const OPTIONS = { redis: { type: 'string' }, 'no-redis': { type: 'boolean', default: false } } satisfies Options;
type Values = ValuesOf<typeof OPTIONS>;

export const command = defineCommand({
  summary: 'shows what a change does to sessions before it is made',
  usage,
  options: OPTIONS,
  positionals: true,
  run: ({ values, positionals: [before, after, ...more], terminal }) => {
    if (before === undefined || after === undefined || more.length > 0)
      throw new Misuse('plan takes two files, OLD and NEW');
    return run({ before, after, values, terminal });
  },
});

type Call = { readonly before: string; readonly after: string; readonly values: Values; readonly terminal: Terminal };

const run = async ({ before, after, values, terminal }: Call): Promise<ExitCode> => {
  const [old, next] = await Promise.all([readSide(before), readSide(after)]);
  const plan = planOf(old, next);
  const losses = await lossesOf(plan.nodes, { side: old, values, terminal });
  const lost = losesSessions(plan.nodes, losses);
  if (values.json) terminal.print(JSON.stringify({ event: 'plan', ...plan, losses, lost }));
  else terminal.print(planText({ plan, losses, color: terminal.color }));
  return lost ? 1 : 0;
};

type Asking = { readonly side: Side; readonly values: Values; readonly terminal: Terminal };

const MAX_LISTED = 200_000;

const lossesOf = async (moves: readonly NodeMoves[], { side, values, terminal }: Asking): Promise<Losses> => {
  const asking = { redis: values.redis, topology: side.topology, env: terminal.env };
  const view = values['no-redis'] ? undefined : await openRegistry(asking);
  if (view === undefined) return { kind: 'uncounted', why: undefined };
  return countLosses(moves, await view.sessions({ limit: MAX_LISTED }).finally(() => view.quit()));
};
