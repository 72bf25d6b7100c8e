import type { Member, Strategy } from './strategy.ts';

/** Picks two at random and takes the one with fewer requests in flight. Weights are ignored, even zero. */
export const createTwoChoices = <M extends Member>(members: readonly M[], random: () => number): Strategy<M> => {
  const slots = members.map((member) => ({ member, inFlight: 0 }));
  const bySlot = new Map(slots.map((slot) => [slot.member, slot]));

  const next = (): M | undefined => {
    const up = slots.filter(({ member }) => member.isUp());
    if (up.length < 2) return up[0]?.member;
    const one = Math.floor(random() * up.length);
    const drawn = Math.floor(random() * up.length);
    const other = drawn === one ? (drawn + 1) % up.length : drawn;
    return (up[other]!.inFlight < up[one]!.inFlight ? up[other]! : up[one]!).member;
  };

  // Requests pinned by a cookie count as well.
  const track = (member: M) => {
    const slot = bySlot.get(member)!;
    return { begun: () => void slot.inFlight++, answered: () => {}, ended: () => void slot.inFlight-- };
  };
  return { members, next, track };
};
