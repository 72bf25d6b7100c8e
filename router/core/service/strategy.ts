import type { Request } from '../request/request.ts';

/** What a strategy chooses from: servers, or children of a weighted service. The status is read, not pushed. */
export type Member = { readonly name: string; readonly weight: number; isUp(): boolean };

/** Chooses a member when no cookie names one. */
export type Strategy<M extends Member> = {
  /** The members it can choose: some strategies leave out those without weight. */
  readonly members: readonly M[];
  next(request: Request): M | undefined;
  /** For strategies that count: the callbacks for requests to this member. `pinned`: chosen by a cookie. */
  track?(member: M, pinned: boolean): Tracking;
};

export type Tracking = { begun(): void; answered(milliseconds: number): void; ended(): void };

const nothing = (): void => {};
export const NO_TRACKING: Tracking = { begun: nothing, answered: nothing, ended: nothing };

/** Traefik never adds a member with weight 0 or less: it gets no requests, and its cookies are ignored. */
export const withWeight = <M extends Member>(members: readonly M[]): M[] => members.filter(({ weight }) => weight > 0);

/** A random order, so that several routers with the same file do not all start with the same server. */
export const shuffle = <T>(items: readonly T[], random: () => number): T[] => {
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return shuffled;
};
