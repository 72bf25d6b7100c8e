import { type Member, NO_TRACKING, type Strategy, type Tracking, withWeight } from './strategy.ts';

/** The average is over this many answers. */
const SAMPLES = 100;

type Slot<M> = {
  readonly member: M;
  readonly times: number[];
  oldest: number;
  sum: number;
  inFlight: number;
  deadline: number;
};

/** The lowest (average time to the head) x (1 + in flight) / weight; among equals the earliest deadline. */
export const createLeastTime = <M extends Member>(all: readonly M[]): Strategy<M> => {
  const members = withWeight(all);
  // Each starts one step after the one before, unlike in the weighted round robin.
  let deadline = 0;
  const slots = members.map((member): Slot<M> => {
    deadline += 1 / member.weight;
    return { member, times: [], oldest: 0, sum: 0, inFlight: 0, deadline };
  });
  const bySlot = new Map(slots.map((slot) => [slot.member, slot]));
  return {
    members,
    next: () => quickest(slots),
    // Requests pinned by a cookie are not measured, as in Traefik.
    track: (member, pinned) => (pinned ? NO_TRACKING : tracking(bySlot.get(member)!)),
  };
};

const quickest = <M extends Member>(slots: readonly Slot<M>[]): M | undefined => {
  const up = slots.filter(({ member }) => member.isUp());
  if (up.length < 2) return up[0]?.member;
  const best = Math.min(...up.map(score));
  const equals = up.filter((slot) => score(slot) === best);
  if (equals.length === 1) return equals[0]!.member;
  const first = equals.reduce((a, b) => (b.deadline < a.deadline ? b : a));
  first.deadline += 1 / first.member.weight;
  return first.member;
};

const score = ({ member, times, sum, inFlight }: Slot<Member>): number =>
  times.length === 0 ? 0 : ((sum / times.length) * (1 + inFlight)) / member.weight;

const tracking = (slot: Slot<Member>): Tracking => ({
  begun: () => void slot.inFlight++,
  answered: (milliseconds) => measure(slot, Math.trunc(milliseconds)),
  ended: () => void slot.inFlight--,
});

const measure = (slot: Slot<Member>, time: number): void => {
  slot.sum += time - (slot.times.length < SAMPLES ? 0 : slot.times[slot.oldest]!);
  slot.times[slot.oldest] = time;
  slot.oldest = (slot.oldest + 1) % SAMPLES;
};
