import { CharSet, JS, NFA, type NoParent, type Transformer, Transformers, transform } from 'refa';

/** How the time of a failing match grows with the text, and what to repeat to see it. */
export type Growth = { readonly growth: 'exponential' | 'polynomial'; readonly repeat: string };

/**
 * A word that gives a failing match more and more paths when repeated, by the two criteria of Weber and Seidl on the
 * pattern's automaton: a state that reads the word on two paths back to itself (each repetition doubles the paths:
 * exponential), or two states that both read it, the first one also on its way to the second (polynomial). The search
 * for a start position is the first state of an unanchored pattern.
 */
export const findRepeatedWord = (source: string, flags: string): Growth | undefined => {
  const nodes = searchAutomaton(source, flags);
  const loops = nodes.filter((node) => node.loop.length > 0);
  for (const node of loops) {
    const word = walk({ from: [node, node], to: [node, node], within: [node.loop, node.loop], parted: true });
    if (word !== undefined && !matches([node], word)) return { growth: 'exponential', repeat: word };
  }
  for (const first of loops)
    for (const last of loops) {
      if (first.loop === last.loop) continue;
      const between = [first.loop, nodes, last.loop];
      const word = walk({ from: [first, first, last], to: [first, last, last], within: between, parted: false });
      if (word !== undefined && !matches([first, last], word)) return { growth: 'polynomial', repeat: word };
    }
  return undefined;
};

type State = {
  readonly out: Map<State, CharSet>;
  /** After these the pattern has matched: no other path is tried. */
  matching: CharSet;
  /** The states that can reach each other, with the same list for each of them. */
  loop: readonly State[];
};

/** Stands for a condition on a position, such as the end of the text: no word contains it. */
const CONDITION = 0xe000;

const searchAutomaton = (source: string, flags: string): readonly State[] => {
  const text = flags.includes('y') ? source : `[^]*(?:${source})`;
  const parser = JS.Parser.fromLiteral({ source: text, flags: flags.replace(/[dgy]/g, '') });
  const { expression, maxCharacter } = parser.parse({ assertions: 'parse', backreferences: 'disable' });
  const options = { ignoreAmbiguity: false, ignoreOrder: false };
  // Lookarounds of one character become a part of its neighbours; `^` of an unanchored search removes it.
  const looksApplied = transform(Transformers.applyAssertions(options), transform(conditions(isLong), expression));
  const plain = transform(
    conditions(() => true),
    looksApplied,
  );
  return statesOf(NFA.fromRegex(plain, { maxCharacter }, {}, new NFA.LimitedNodeFactory(MAX_STATES)), maxCharacter);
};

const MAX_STATES = 5000;

type Element = NoParent<import('refa').Element>;
type Assertion = Extract<Element, { type: 'Assertion' }>;

const conditions = (isOne: (assertion: Assertion) => boolean): Transformer => ({
  onConcatenation: (node, { maxCharacter, signalMutation }) => {
    for (const [i, element] of node.elements.entries()) {
      if (element.type !== 'Assertion' || !isOne(element)) continue;
      const characters = CharSet.empty(maxCharacter).union([{ min: CONDITION, max: CONDITION }]);
      node.elements[i] = { type: 'CharacterClass', characters };
      signalMutation();
    }
  },
});

const isLong = ({ alternatives }: Assertion): boolean =>
  alternatives.some(({ elements }) => elements.length !== 1 || elements[0]?.type !== 'CharacterClass');

const statesOf = (nfa: NFA, maxCharacter: number): readonly State[] => {
  const none = CharSet.empty(maxCharacter);
  const nodes = [...nfa.nodes()].filter((node) => !nfa.finals.has(node));
  const states = new Map(nodes.map((node): [NFA.Node, State] => [node, { out: new Map(), matching: none, loop: [] }]));
  for (const [node, state] of states) {
    for (const [next, via] of node.out) if (nfa.finals.has(next)) state.matching = state.matching.union(via);
    for (const [next, via] of node.out) {
      const rest = via.without(state.matching);
      if (!nfa.finals.has(next) && !rest.isEmpty) state.out.set(states.get(next)!, rest);
    }
  }
  const all = [...states.values()];
  const ahead = new Map(all.map((state) => [state, reachable(state)]));
  for (const state of all) {
    if (state.loop.length > 0) continue;
    const back = [...ahead.get(state)!].filter((one) => ahead.get(one)!.has(state));
    for (const one of back) one.loop = back;
  }
  return all;
};

const reachable = (from: State): ReadonlySet<State> => {
  const seen = new Set<State>();
  const queue = [from];
  for (let state = queue.pop(); state !== undefined; state = queue.pop())
    for (const next of state.out.keys())
      if (!seen.has(next)) {
        seen.add(next);
        queue.push(next);
      }
  return seen;
};

type Walk = {
  readonly from: readonly State[];
  readonly to: readonly State[];
  /** Where each may go. */
  readonly within: readonly (readonly State[])[];
  /** They must have been in different states on the way. */
  readonly parted: boolean;
};
type Stop = { readonly at: readonly State[]; readonly word: string; readonly parted: boolean };

/** The shortest word that leads all of them from here to there, in step. */
const walk = ({ from, to, within, parted }: Walk): string | undefined => {
  const ids = new Map<State, number>();
  const keyOf = ({ at, parted: been }: Stop): string =>
    `${at.map((state) => ids.get(state) ?? ids.set(state, ids.size).size - 1)} ${been}`;
  const queue: Stop[] = [{ at: from, word: '', parted: !parted }];
  const seen = new Set(queue.map(keyOf));
  for (const stop of queue)
    for (const { at, via } of steps(stop.at, within)) {
      const next = { at, word: stop.word + pick(via), parted: stop.parted || at[0] !== at[1] };
      if (next.parted && at.every((state, i) => state === to[i])) return next.word;
      if (seen.has(keyOf(next))) continue;
      seen.add(keyOf(next));
      queue.push(next);
    }
  return undefined;
};

type Step = { readonly at: readonly State[]; readonly via: CharSet };

const steps = ([state, ...others]: readonly State[], [room, ...rooms]: Walk['within']): readonly Step[] =>
  [...(state?.out ?? [])].flatMap(([next, via]) => {
    if (!room?.includes(next)) return [];
    if (others.length === 0) return [{ at: [next], via }];
    return steps(others, rooms).flatMap((step) => {
      const both = step.via.intersect(via);
      return both.isEmpty ? [] : [{ at: [next, ...step.at], via: both }];
    });
  });

/** A readable one, if possible. */
const pick = ({ ranges }: CharSet): string => {
  const range = ranges.find(({ min, max }) => min <= 0x7e && max > 0x20) ?? ranges[0]!;
  const code = range.min <= 0x61 && range.max >= 0x61 ? 0x61 : Math.max(range.min, Math.min(range.max, 0x21));
  return code === CONDITION ? '' : String.fromCodePoint(code);
};

/** Whether the pattern matches a text that repeats the word: then no way fails. */
const matches = (from: readonly State[], word: string): boolean => {
  let states = new Set(from);
  for (const character of word.repeat(REPEATED)) {
    const code = character.codePointAt(0)!;
    const next = new Set<State>();
    for (const { out, matching } of states) {
      if (matching.has(code)) return true;
      for (const [state, via] of out) if (via.has(code)) next.add(state);
    }
    states = next;
  }
  return false;
};

const REPEATED = 4;
