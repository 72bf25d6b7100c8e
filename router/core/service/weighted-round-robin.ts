import { type Due, delayTop, push } from './deadline-heap.ts';
import { type Member, type Strategy, withWeight } from './strategy.ts';

/** A heavy member that is down would otherwise be skipped many times in a row before a light one has its turn. */
const MAX_TURNS = 10_000;

type Slot<M> = Due & { readonly member: M; readonly step: number };

/**
 * Earliest deadline first: each turn moves a member's deadline by 1/weight, so shares are exact. Members that are down
 * have their turns skipped, not saved, so they do not get more than their share when they are up again.
 */
export const createWeightedRoundRobin = <M extends Member>(all: readonly M[]): Strategy<M> => {
  const members = withWeight(all);
  const heap: Slot<M>[] = [];
  for (const member of members) push(heap, { member, step: 1 / member.weight, deadline: 1 / member.weight });
  return { members, next: () => nextUp(heap) };
};

const nextUp = <M extends Member>(heap: Slot<M>[]): M | undefined => {
  if (!heap.some(isUp)) return undefined;
  for (let turns = 0; turns < MAX_TURNS; turns++) {
    const top = heap[0]!;
    delayTop(heap, top.deadline + top.step);
    if (isUp(top)) return top.member;
  }
  return skipToUp(heap);
};

/** Skips the turns of members that are down, until it is the turn of one that is up. */
const skipToUp = <M extends Member>(heap: Slot<M>[]): M => {
  const first = heap.filter(isUp).reduce((a, b) => (b.deadline < a.deadline ? b : a));
  for (const slot of heap) slot.deadline = Math.max(slot.deadline, first.deadline);
  first.deadline += first.step;
  // A sorted list is a valid heap.
  heap.sort((a, b) => a.deadline - b.deadline);
  return first.member;
};

const isUp = ({ member }: Slot<Member>): boolean => member.isUp();
