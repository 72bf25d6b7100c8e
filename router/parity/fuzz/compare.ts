/** Sends the same request to both subjects, and compares the answers. */
import { isDeepStrictEqual } from 'node:util';
import { observe } from '../observe.ts';
import { exchange } from '../raw-client.ts';
import type { Subject } from '../subject.ts';
import { EXPLAINED, type Outcome } from './explained.ts';
import { bytesOf, type FuzzRequest } from './request.ts';

export type Pair = { readonly traefik: Subject; readonly router: Subject };
export type Disagreement = { readonly traefik: readonly Outcome[]; readonly router: readonly Outcome[] };

/**
 * With round robin the two subjects may be at different positions, so the request is repeated until no new server
 * answers. A weighted service of weighted services needs many turns for one cycle.
 */
const TURNS_WITHOUT_NEWS = { single: 14, several: 150 };

export const disagreement = async (pair: Pair, request: FuzzRequest): Promise<Disagreement | undefined> => {
  const traefik: Outcome[] = [];
  const router: Outcome[] = [];
  for (let quiet = 0; quiet < patience(traefik, router); quiet++) {
    const [one, two] = await Promise.all([ask(pair.traefik, request), ask(pair.router, request)]);
    if ([addNew(traefik, one), addNew(router, two)].includes(true)) quiet = 0;
    if (sameSet(traefik, router)) return undefined;
    if (EXPLAINED.some(({ allow }) => allow?.(request, one, two))) return undefined;
  }
  return { traefik, router };
};

const patience = (traefik: readonly Outcome[], router: readonly Outcome[]): number =>
  TURNS_WITHOUT_NEWS[traefik.length > 1 || router.length > 1 ? 'several' : 'single'];

const ask = async (subject: Subject, request: FuzzRequest): Promise<Outcome> => {
  const seen = observe(await exchange(subject.port(request.entryPoint), bytesOf(request), { timeout: 3_000 }));
  const outcome: Outcome = {
    status: seen.status,
    headers: { ...seen.headers },
    // An echo is compared field by field: the order of headers does not matter.
    body: seen.seen ? '' : seen.body,
    complete: seen.complete,
    seen: seen.seen && { ...seen.seen, names: undefined, headers: { ...seen.seen.headers } },
  };
  // Its length follows from what was echoed.
  if (seen.seen) delete outcome.headers['content-length'];
  for (const { ignore } of EXPLAINED) ignore?.(outcome, request);
  return outcome;
};

const addNew = (outcomes: Outcome[], outcome: Outcome): boolean => {
  if (outcomes.some((other) => isDeepStrictEqual(other, outcome))) return false;
  outcomes.push(outcome);
  return true;
};

const sameSet = (a: readonly Outcome[], b: readonly Outcome[]): boolean =>
  a.length === b.length && a.every((one) => b.some((other) => isDeepStrictEqual(one, other)));
