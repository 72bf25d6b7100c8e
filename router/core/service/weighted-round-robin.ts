import { type Due, delayTop, push } from './deadline-heap.ts';
import { type Member, type Strategy, withWeight } from './strategy.ts';

/** A member that is down would otherwise have as many turns in a row as it is heavier than the one that is up. */
const MAX_TURNS = 10_000;

type Slot<M> = Due & { readonly member: M; readonly step: number };

/**
 * Earliest deadline first: each turn moves a member's deadline by 1/weight, so shares are exact. Those that are down
 * have their turns too, unheard, and so get no more than their share when they are up again.
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

/** The turns of those that are down, all at once, until it is the turn of one that is up. */
const skipToUp = <M extends Member>(heap: Slot<M>[]): M => {
  const first = heap.filter(isUp).reduce((a, b) => (b.deadline < a.deadline ? b : a));
  for (const slot of heap) slot.deadline = Math.max(slot.deadline, first.deadline);
  first.deadline += first.step;
  // What is sorted is a heap.
  heap.sort((a, b) => a.deadline - b.deadline);
  return first.member;
};

const isUp = ({ member }: Slot<Member>): boolean => member.isUp();
