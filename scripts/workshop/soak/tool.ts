import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { commandOf } from '../../../shared/program.ts';
import type { Drain, Ledger } from './ledger.ts';

export type ToolRun = { readonly ended: Promise<number | null>; interrupt(signal: 'SIGINT' | 'SIGKILL'): void };

type Told = { readonly event: string; readonly node?: string; readonly why?: string; readonly cut?: number };

/** Longer than a rolling restart behind a proxy that lags may take on a busy machine. */
const LIMIT_MS = 900_000;

/** Runs one of the deployment's commands, as an operator would; its drain events go into the ledger. */
export const runTool = (args: readonly string[], ledger: Ledger): ToolRun => {
  const [command, ...program] = commandOf('../../mooring.ts', import.meta.url);
  const child = spawn(command, [...program, ...args, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const drains = new Map<string, Drain>();
  const errors: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
  createInterface({ input: child.stdout }).on('line', (line) => take(JSON.parse(line) as Told, drains, ledger));
  const timer = setTimeout(() => {
    ledger.late('a command comes to its end', args.slice(0, 2).join(' '));
    child.kill('SIGKILL');
  }, LIMIT_MS);
  ledger.note(`> ${args.slice(0, 2).join(' ')}`);
  const ended = once(child, 'close').then(([code]) => {
    clearTimeout(timer);
    ledger.note(`> ${args.slice(0, 2).join(' ')} ends with ${code}${errors.length > 0 ? `: ${errors.join(' ')}` : ''}`);
    return code as number | null;
  });
  return { ended, interrupt: (signal) => void child.kill(signal) };
};

const take = (told: Told, drains: Map<string, Drain>, ledger: Ledger): void => {
  const { event, node, why, cut } = told;
  if (!['sessions', 'newcomers'].includes(event)) ledger.note(`  ${JSON.stringify(told).slice(0, 200)}`);
  if (node === undefined) return;
  if (event === 'draining') drains.set(node, ledger.drainBegins(node));
  const drain = drains.get(node);
  if (event === 'out' && drain !== undefined && why !== undefined) ledger.drainEnds(drain, { why, cut });
  if (event === 'restarting' || event === 'back' || event === 'routed') ledger.returns(node);
};
