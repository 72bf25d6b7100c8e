import type { Request } from '../request/request.ts';

/** One that a strategy can choose: a server, or a child of a weighted service. Its status is asked for, never told. */
export type Member = { readonly name: string; readonly weight: number; isUp(): boolean };

/** How one of several members is chosen when no cookie says which. */
export type Strategy<M extends Member> = {
  /** Those it can choose at all: some leave out what has no weight. */
  readonly members: readonly M[];
  next(request: Request): M | undefined;
  /** For those that count: what to tell of the requests to this member, which a cookie has `pinned` or not. */
  track?(member: M, pinned: boolean): Tracking;
};

export type Tracking = { begun(): void; answered(milliseconds: number): void; ended(): void };

const nothing = (): void => {};
export const NO_TRACKING: Tracking = { begun: nothing, answered: nothing, ended: nothing };

/** Traefik never adds a member whose weight is zero or less: it gets nothing, and its cookies are not known. */
export const withWeight = <M extends Member>(members: readonly M[]): M[] => members.filter(({ weight }) => weight > 0);

/** A new order each time, so that several routers with one file do not all begin with the same server. */
export const shuffle = <T>(items: readonly T[], random: () => number): T[] => {
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return shuffled;
};
