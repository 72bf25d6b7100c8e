import type { Options, ValuesOf } from '../../cli/command.ts';
import { Misuse } from '../../cli/misuse.ts';
import { wholeNumber } from '../../cli/whole-number.ts';
import { FULL, type Plan, QUICK } from './plan.ts';

const USUAL = ['direct', 'router', 'traefik', 'nginx', 'cluster'];
const NAMES = [...USUAL, 'watched'];

export const OPTIONS = {
  quick: { type: 'boolean', default: false },
  rounds: { type: 'string' },
  only: { type: 'string', default: USUAL.join(',') },
} satisfies Options;

export type Chosen = { readonly plan: Plan; readonly only: readonly string[] };

/** The direct path is always measured: the others are compared with it. */
export const readOptions = ({ quick, rounds, only }: Omit<ValuesOf<typeof OPTIONS>, 'json'>): Chosen => {
  const plan = quick ? QUICK : FULL;
  const names = only.split(',');
  const unknown = names.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw new Misuse(`--only knows ${NAMES.join(', ')}, not ${unknown}`);
  return {
    plan: { ...plan, rounds: rounds === undefined ? plan.rounds : wholeNumber('--rounds', rounds) },
    only: ['direct', ...names],
  };
};
