/**
 * The protocol of drain and undrain as a model: every step of every actor, in every order. The decisions are the
 * project's own code (applyMark, phaseOf, step, the generated files and the router); the order of the commands' steps
 * is that of drain-node.ts, await-empty.ts, marker.ts and bring-back.ts. Time is not measured: anything slow may take
 * forever, and independent clocks are actors that step at any moment.
 */
import { applyMark, type HeldDrain, type Mark, phaseOf } from '../../node/core/drain-phase.ts';
import type { NodeState } from './deployment.ts';
import type { Seen } from './node-status.ts';
import { endedBy, START, step } from './progress.ts';
import { proxyWith } from './test-proxies.ts';
import type { Move } from './test-search.ts';

export type Rules = {
  readonly proxies: number;
  /** Every proxy follows within the settle time. */
  readonly prompt: boolean;
  readonly drains: number;
  readonly returns: number;
  readonly begins: readonly NodeState[];
  /** The part of the protocol that is left out. */
  readonly without?: 'mark' | 'settle' | 'routes first' | 'compare';
  /** Sessions that begin after an undrain must be kept, however late proxies are. */
  readonly strict?: boolean;
};

const LETTERS = { A: 'active', D: 'draining', O: 'out' } as const;
type Letter = keyof typeof LETTERS;
const letterOf = (state: NodeState): Letter => (state === 'active' ? 'A' : state === 'draining' ? 'D' : 'O');
const PROXY = { A: proxyWith('active'), D: proxyWith('draining'), O: proxyWith('out') };

/** 0: no session. 1: a session. 2: a session that need not be kept. */
type Session = 0 | 1 | 2;

type Node = {
  /** 0: it is not running. */
  readonly boot: number;
  /** Ticks since it read its mark: 0 settling, 1 unready, 2 refusing. */
  readonly waited: number;
  readonly drain: number;
  /** The versions of the file when it read the mark. */
  readonly beganAt: number;
  readonly opening: Session;
  readonly live: Session;
  /** It has reported that it refuses and has none. */
  readonly said: boolean;
};

/** Kept from a heartbeat: that the node is drained. Other heartbeats are only older than the node's health answer. */
type Heartbeat = { readonly boot: number; readonly drain: number };
type Told = { readonly id: number; readonly boot: number; readonly lifted: boolean };

type Drainer = {
  readonly at: 'write' | 'already' | 'look' | 'out' | 'unmark';
  readonly id: number;
  /** The process that got the mark. */
  readonly told: number;
  readonly live: number | undefined;
  readonly unseenSince: number | undefined /** Undefined: nobody could count. */;
  readonly cut: number | undefined;
};

type Returner = {
  readonly at: 'routes' | 'settle' | 'active' | 'ask' | 'lift';
  readonly wrote: number;
  /** The drain that it lifts. */
  readonly lifts: number;
};

export type World = {
  /** Of the file, the newest last; versions that no proxy has any more are dropped. */
  readonly versions: string;
  readonly proxies: readonly number[];
  readonly node: Node;
  readonly boots: number;
  readonly begun: number;
  readonly heartbeat: Heartbeat | undefined;
  readonly mark: Told | undefined;
  readonly drainer: Drainer | undefined;
  readonly returner: Returner | undefined;
  /** The last drain ended with sessions that it counted or could not count. */
  readonly cut: boolean;
  /** A drain reported 0 while the process in question had one. */
  readonly lied: boolean;
  readonly drains: number;
  readonly returns: number;
};

const URL = 'http://n1';
const FRESH: Node = { boot: 1, waited: 0, drain: 0, beganAt: 0, opening: 0, live: 0, said: false };
const MOST = { boots: 2, begun: 1 };
/** By the drainer's own clock, while it sees no sign of the node: long enough for any of its waits. */
const LONG_MS = 30_000;
const SETTLE = { settleMs: 1, marginMs: 1 };

export const startsOf = ({ proxies, begins }: Rules): readonly World[] =>
  begins.flatMap((state) =>
    ([0, 1] as const).map(
      (live): World => ({
        versions: letterOf(state),
        proxies: Array.from({ length: proxies }, () => 0),
        node: { ...FRESH, live: state === 'out' ? 0 : live },
        ...{ boots: 1, begun: 0, drains: 0, returns: 0 },
        ...{ heartbeat: undefined, mark: undefined, drainer: undefined, returner: undefined, cut: false, lied: false },
      }),
    ),
  );

/** Written by hand: JSON would take most of the search's time. */
export const keyOf = ({
  versions,
  proxies,
  node,
  heartbeat: h,
  mark: m,
  drainer: d,
  returner: r,
  ...counts
}: World): string =>
  [
    versions,
    proxies.join(''),
    `${node.boot}${node.waited}${node.drain}${node.beganAt}${node.opening}${node.live}${node.said ? 1 : 0}`,
    `${counts.boots}${counts.begun}${counts.drains}${counts.returns}${counts.cut ? 1 : 0}${counts.lied ? 1 : 0}`,
    h ? `${h.boot}${h.drain}` : '',
    m ? `${m.id}${m.boot}${m.lifted ? 1 : 0}` : '',
    d ? `${d.at}${d.id}${d.told} ${d.live} ${d.unseenSince} ${d.cut}` : '',
    r ? `${r.at}${r.wrote}${r.lifts}` : '',
  ].join('|');

const fileOf = ({ versions }: World): Letter => versions.at(-1) as Letter;
const heldBy = ({ versions }: World, proxy: number): Letter => versions[proxy] as Letter;

export const wrongIn =
  ({ prompt, strict }: Rules) =>
  (world: World): string | undefined => {
    const { node, proxies, lied } = world;
    if (lied) return 'a drain says 0, and a session lives';
    const bound = prompt || strict === true || world.returns === 0;
    if (bound && node.boot !== 0 && node.live === 1 && proxies.some((proxy) => !PROXY[heldBy(world, proxy)].reaches))
      return 'a session that lives is told that it is gone';
    if (node.said && node.opening !== 0) return 'a session begins on a node that has said that it is drained';
    return undefined;
  };

export const movesOf =
  (rules: Rules) =>
  (world: World): readonly Move<World>[] => [
    ...proxyMoves(world),
    ...clientMoves(rules, world),
    ...nodeMoves(rules, world),
    ...registryMoves(world),
    ...drainerMoves(rules, world),
    ...returnerMoves(rules, world),
  ];

const proxyMoves = (world: World): Move<World>[] =>
  world.proxies.flatMap((at, i) => {
    if (at === world.versions.length - 1 || world.proxies[i + 1] === at) return [];
    const proxies = world.proxies.with(i, at + 1).toSorted((a, b) => a - b);
    return [{ name: `a proxy follows the file to ${heldBy(world, at + 1)}`, to: forget({ ...world, proxies }) }];
  });

/** Versions that every proxy has replaced. */
const forget = (world: World): World => {
  const oldest = Math.min(...world.proxies);
  if (oldest === 0) return world;
  const { node, returner } = world;
  return {
    ...world,
    versions: world.versions.slice(oldest),
    proxies: world.proxies.map((at) => at - oldest),
    node: { ...node, beganAt: Math.max(0, node.beganAt - oldest) },
    returner: returner && { ...returner, wrote: Math.max(0, returner.wrote - oldest) },
  };
};

const write = (world: World, letter: Letter): World =>
  fileOf(world) === letter ? world : { ...world, versions: world.versions + letter };

const heldOf = ({ drain }: Node): HeldDrain | undefined =>
  drain === 0 ? undefined : { id: `${drain}`, beganAt: 0, ...SETTLE };
const phase = (node: Node) => phaseOf(heldOf(node), node.waited);

const clientMoves = ({ without, prompt }: Rules, world: World): Move<World>[] => {
  const { node } = world;
  if (node.boot === 0) return [];
  const takes = without === 'mark' || phase(node) !== 'refusing';
  const reached = world.proxies.some((proxy) => PROXY[heldBy(world, proxy)].begins);
  // A process started after the file says out has joined too early for proxies that never reload.
  const out = fileOf(world) === 'O' && !prompt;
  const kept: Session = (out || world.cut) && !node.said ? 2 : 1;
  return [
    ...(takes && reached && node.opening === 0 && node.live === 0 && world.begun < MOST.begun
      ? [
          {
            name: 'a proxy brings a new session',
            to: { ...world, begun: world.begun + 1, node: { ...node, opening: kept } },
          },
        ]
      : []),
    ...(node.opening !== 0
      ? [{ name: 'the session is open', to: { ...world, node: { ...node, opening: 0 as const, live: node.opening } } }]
      : []),
    ...(node.live !== 0 ? [{ name: 'the session ends', to: { ...world, node: { ...node, live: 0 as const } } }] : []),
  ];
};

const nodeMoves = (rules: Rules, world: World): Move<World>[] => {
  const { node, boots, mark } = world;
  if (node.boot === 0)
    return boots < MOST.boots
      ? [{ name: 'the node starts', to: { ...world, boots: boots + 1, node: { ...FRESH, boot: boots + 1 } } }]
      : [];
  const drained = phase(node) === 'refusing' && node.opening + node.live === 0;
  const word: Heartbeat | undefined = drained ? { boot: node.boot, drain: node.drain } : undefined;
  const told = { ...node, said: node.said || drained };
  const beaten = { ...world, heartbeat: word, node: mark === undefined ? told : heard(told, mark, world) };
  const settled = !rules.prompt || node.waited > 0 || world.proxies.every((at) => at >= node.beganAt);
  return [
    { name: 'the node dies', to: { ...world, node: { ...FRESH, boot: 0 } } },
    ...(keyOf(beaten) === keyOf(world) ? [] : [{ name: 'a heartbeat', to: beaten }]),
    ...(node.drain !== 0 && node.waited < 2 && settled
      ? [
          {
            name: `the node is ${node.waited === 0 ? 'unready' : 'refusing'}`,
            to: { ...world, node: { ...node, waited: node.waited + 1 } },
          },
        ]
      : []),
  ];
};

const heard = (node: Node, { id, boot, lifted }: Told, { versions }: World): Node => {
  const mark: Mark = { id: `${id}`, boot: boot === 0 ? undefined : `${boot}`, url: URL, ...SETTLE, lifted };
  const before = heldOf(node);
  const after = applyMark(before, mark, { self: { boot: `${node.boot}`, url: URL }, now: 0 });
  if (after === before) return node;
  if (after === undefined) return { ...node, drain: 0, waited: 0, beganAt: 0, said: false };
  const begins = before === undefined ? { waited: 0, beganAt: versions.length - 1 } : {};
  return { ...node, ...begins, drain: Number(after.id) };
};

const registryMoves = (world: World): Move<World>[] => [
  // One result of a look is that it has lost the heartbeat too, or that it has expired.
  ...(world.mark ? [{ name: 'Redis is wiped', to: { ...world, mark: undefined } }] : []),
];

const BEGIN: Drainer = {
  ...{ at: 'write', id: 0, told: 0 },
  ...{ live: undefined, unseenSince: undefined, cut: undefined },
};

const drainerMoves = (rules: Rules, world: World): Move<World>[] => {
  const { drainer, drains } = world;
  if (drainer === undefined) {
    if (drains === rules.drains) return [];
    const at = fileOf(world) === 'O' ? ('already' as const) : ('write' as const);
    return [
      { name: 'a drain begins', to: { ...world, drains: drains + 1, drainer: { ...BEGIN, at, id: drains + 1 } } },
    ];
  }
  const on = (change: Partial<Drainer>, more: Partial<World> = {}): World => ({
    ...world,
    ...more,
    drainer: { ...drainer, ...change },
  });

  return [
    { name: 'the drainer dies', to: { ...world, drainer: undefined } },
    ...drainerSteps({ rules, world, drainer, on }),
  ];
};

type Stepping = {
  readonly rules: Rules;
  readonly world: World;
  readonly drainer: Drainer;
  readonly on: (change: Partial<Drainer>, more?: Partial<World>) => World;
};

const drainerSteps = (stepping: Stepping): Move<World>[] => {
  const { rules, world, drainer, on } = stepping;
  switch (drainer.at) {
    case 'already':
      return [{ name: 'the drainer finds it out', to: { ...world, drainer: undefined } }];
    case 'write':
      return [
        { name: 'the drainer writes draining', to: { ...write(world, 'D'), drainer: { ...drainer, at: 'look' } } },
      ];
    case 'look':
      // What happens between these four steps of one look changes nothing: it ends with `out`, which is a step of its
      // own.
      if (fileOf(world) !== 'D')
        return [{ name: 'the drainer finds the file changed, and leaves', to: { ...world, drainer: undefined } }];
      return looksAt(world).flatMap((look) => tell({ world, drainer, on }, look));
    case 'out':
      return fileOf(world) === 'D' || rules.without === 'compare'
        ? [
            {
              name: `the drainer writes out, ${drainer.cut ?? 'some or an unknown number'} lost`,
              to: leave(rules, world),
            },
          ]
        : [{ name: 'the drainer finds the file changed, and leaves', to: { ...world, drainer: undefined } }];
    case 'unmark':
      return [
        {
          name: 'the drainer removes the mark',
          to: { ...world, mark: drainer.told === 0 ? world.mark : undefined, drainer: undefined },
        },
        { name: 'the drainer cannot remove the mark', to: { ...world, drainer: undefined } },
      ];
  }
};

const leave = ({ prompt }: Rules, world: World): World => {
  const { node, drainer } = world;
  // The report was about a process. One that starts between the report and the file has joined while the file says out.
  const another = drainer?.told !== node.boot;
  const taken =
    drainer?.cut === 0 && (prompt || !another)
      ? node
      : { ...node, opening: unkept(node.opening), live: unkept(node.live) };
  return {
    ...write(world, 'O'),
    cut: drainer?.cut !== 0,
    lied: drainer?.cut === 0 && !another && node.opening + node.live > 0,
    node: taken,
    drainer: { ...drainer!, at: 'unmark', live: undefined, unseenSince: undefined },
  };
};
const unkept = (session: Session): Session => (session === 0 ? 0 : 2);

type Look = {
  readonly sight: string;
  readonly seen: Seen;
  /** With this answer the node has said that it is drained. */
  readonly said: boolean;
};

/** What node-status.ts may see. */
const looksAt = (world: World): readonly Look[] => {
  const { heartbeat, node } = world;
  const sessions = (node.live === 0 ? 0 : 1) + (node.opening === 0 ? 0 : 1);
  const refusing = phase(node) === 'refusing';
  const health = seenOf({ boot: node.boot, drain: node.drain, refusing, sessions }, 'no heartbeat');
  return [
    ...(heartbeat
      ? [
          {
            sight: 'its heartbeat',
            seen: seenOf({ ...heartbeat, refusing: true, sessions: 0 }, undefined),
            said: false,
          },
        ]
      : []),
    ...(node.boot === 0 ? [] : [{ sight: 'its health', seen: health, said: refusing && sessions === 0 }]),
    { sight: 'nothing of it', seen: { kind: 'unseen' }, said: false },
    { sight: 'no Redis either', seen: { kind: 'away', why: 'Redis is away' }, said: false },
  ];
};

type Word = Heartbeat & { readonly refusing: boolean; readonly sessions: number };

const seenOf = ({ boot, drain, refusing, sessions }: Word, silent: string | undefined): Seen => ({
  kind: 'seen',
  live: sessions,
  ids: undefined,
  boot: `${boot}`,
  url: URL,
  drain: drain === 0 ? undefined : `${drain}`,
  refusing,
  silent,
});

/** The mark is written, or not, or written without our knowing; progress.ts decides on the result. */
const tell = (stepping: Omit<Stepping, 'rules'>, look: Look): Move<World>[] => {
  const { world, drainer } = stepping;
  const { seen } = look;
  const judged = (told: number, mark: Told | undefined, how: string): Move<World>[] =>
    judge(stepping, look, { told, mark, how, elapsed: drainer.unseenSince === undefined ? 0 : LONG_MS });
  if (seen.kind !== 'seen' || `${drainer.told}` === seen.boot) return judged(drainer.told, world.mark, '');
  const mark: Told = { id: drainer.id, boot: Number(seen.boot), lifted: false };
  return [
    ...judged(mark.boot, mark, ', and tells the node'),
    ...judged(0, mark, ', and tells the node without hearing so'),
    ...judged(0, world.mark, ', and cannot tell the node'),
  ];
};

type Attempt = {
  readonly told: number;
  readonly mark: Told | undefined;
  readonly how: string;
  readonly elapsed: number;
};

const judge = (
  { world, drainer, on }: Omit<Stepping, 'rules'>,
  { sight, seen, said }: Look,
  { told, mark, how, elapsed }: Attempt,
): Move<World>[] => {
  const { live, unseenSince, id } = drainer;
  const terms = { drain: seen.kind === 'seen' && `${told}` === seen.boot ? `${id}` : undefined, settleMs: 15_000 };
  const { progress, over } = step({ ...START, live, unseenSince }, { seen, elapsedMs: elapsed, terms });
  const known = { told, live: progress.live, unseenSince: progress.unseenSince };
  const more = { mark, node: said ? { ...world.node, said: true } : world.node };
  const leaving = (why: string, cut: number | undefined): Move<World> => ({
    name: `the drainer sees ${sight}${how}: ${why}`,
    to: on({ ...known, at: 'out', cut: cut === 0 ? 0 : undefined }, more),
  });
  if (over === 'empty') return [leaving('empty', 0)];
  if (over === 'gone') return [leaving('gone', endedBy(progress))];
  return [
    { name: `the drainer sees ${sight}${how}: it waits`, to: on(known, more) },
    leaving('the deadline', endedBy(progress)),
  ];
};

const returnerMoves = (rules: Rules, world: World): Move<World>[] => {
  const { returner, returns } = world;
  if (returner === undefined) {
    if (returns === rules.returns || fileOf(world) === 'A') return [];
    return [
      {
        name: 'a return begins',
        to: { ...world, returns: returns + 1, returner: { at: 'routes', wrote: 0, lifts: 0 } },
      },
    ];
  }
  return [
    { name: 'the returner dies', to: { ...world, returner: undefined } },
    ...returnerSteps(rules, world, returner),
  ];
};

const returnerSteps = ({ without, prompt }: Rules, world: World, returner: Returner): Move<World>[] => {
  const on = (change: Partial<Returner>, more: World = world): World => ({
    ...more,
    returner: { ...returner, ...change },
  });
  const over = (more: Partial<World> = {}): World => ({ ...world, ...more, returner: undefined });
  const { mark, node } = world;
  const { drain } = node;
  switch (returner.at) {
    case 'routes': {
      if (without === 'routes first') return [{ name: 'the returner begins with the pool', to: on({ at: 'ask' }) }];
      const written = fileOf(world) === 'O' ? write(world, 'D') : world;
      const wrote = written.versions.length - 1;
      return [{ name: 'the returner has routes written', to: on({ at: 'settle', wrote }, written) }];
    }
    case 'settle':
      return without === 'settle' || !prompt || world.proxies.every((at) => at >= returner.wrote)
        ? [{ name: 'the settle time is over', to: on({ at: 'ask' }) }]
        : [];
    case 'ask':
      return [
        ...(drain === 0 ? [] : [{ name: 'the returner sees the drain', to: on({ at: 'active', lifts: drain }) }]),
        ...(mark === undefined || mark.lifted
          ? []
          : [{ name: 'the returner sees the mark alone', to: on({ at: 'active', lifts: mark.id }) }]),
        { name: 'the returner sees no drain at the node, or cannot ask', to: on({ at: 'active' }) },
      ];
    case 'active':
      if (fileOf(world) === 'O' && without !== 'routes first' && without !== 'compare')
        return [{ name: 'the returner finds it out, and begins anew', to: on({ at: 'routes', lifts: 0 }) }];
      return [{ name: 'the returner writes active', to: on({ at: 'lift' }, { ...write(world, 'A'), cut: false }) }];
    case 'lift':
      if (returner.lifts === 0) return [{ name: 'the returner has nothing to lift', to: over() }];
      return [
        { name: 'the returner lifts the drain', to: over({ mark: { id: returner.lifts, boot: 0, lifted: true } }) },
      ];
  }
};
