import { seededRandom } from '../../simulate/seeded-random.ts';

/** The possible faults, by what they affect. Each name is a case of perform.ts. */
const KINDS = {
  node: ['kill-node', 'stop-node', 'freeze-node', 'kill-two-nodes'],
  redis: [
    'kill-redis',
    'freeze-redis',
    'flush-redis',
    'full-redis',
    'read-only-redis',
    'slow-redis',
    'cut-redis',
    'cut-one-node',
  ],
  front: ['kill-front', 'stop-front', 'freeze-front', 'late-front'],
  files: ['rewrite-files', 'spoil-files'],
  deploy: [
    'drain',
    'drain-briefly',
    'drain-interrupted',
    'drain-regretted',
    'drain-two',
    'undrain-late',
    'rolling-restart',
    'change-tag',
    'join',
  ],
} as const;

type Kinds = typeof KINDS;
export type FaultKind = Kinds[keyof Kinds][number];
export const FAULT_KINDS: readonly FaultKind[] = Object.values(KINDS).flat();

export type Fault = {
  readonly kind: FaultKind;
  /** Since the beginning of its round. */
  readonly atMs: number;
  readonly forMs: number;
  /** A random number to choose a node, a proxy, or how to interrupt. */
  readonly pick: number;
};

/** At most one of the deployment's tools per round: each needs the topology to itself. */
const PLAN = [
  ['deploy', 'node'],
  ['redis', 'node'],
  ['deploy', 'redis'],
  ['front', 'files'],
  ['deploy', 'front'],
  ['redis', 'node', 'front'],
  ['deploy', 'redis', 'node'],
] as const;

const AT_MS = 4000;
const FOR_MS = { least: 1000, spread: 6000 };

/** Rounds of only these faults, in order. */
function* roundsWith(only: readonly FaultKind[], random: () => number): Generator<readonly Fault[]> {
  for (;;) for (const kind of only) yield [faultOf(kind, random)];
}

const faultOf = (kind: FaultKind, random: () => number): Fault => ({
  kind,
  atMs: Math.floor(random() * AT_MS),
  forMs: Math.floor(FOR_MS.least + random() * FOR_MS.spread),
  pick: random(),
});

/** Rounds, the same for the same seed; every kind of a group occurs before any is repeated. */
export function* roundsOf(seed: number, only: readonly FaultKind[] = []): Generator<readonly Fault[]> {
  const random = seededRandom(seed, 0);
  if (only.length > 0) return yield* roundsWith(only, random);
  const decks = new Map<keyof Kinds, FaultKind[]>();
  const draw = (group: keyof Kinds): FaultKind => {
    const deck = decks.get(group) ?? [];
    if (deck.length === 0) deck.push(...KINDS[group]);
    decks.set(group, deck);
    return deck.splice(Math.floor(random() * deck.length), 1)[0]!;
  };
  for (let plan: (typeof PLAN)[number][] = []; ; ) {
    if (plan.length === 0) plan = [...PLAN];
    const [groups] = plan.splice(Math.floor(random() * plan.length), 1);
    yield groups!.map((group) => faultOf(draw(group), random));
  }
}

export const textOf = ({ kind, atMs, forMs }: Fault): string =>
  `${kind} after ${(atMs / 1000).toFixed(1)} s, for ${(forMs / 1000).toFixed(1)} s`;
