/** A node gets a new tag or a new URL: every order of the steps of operator, clients and proxies. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { serversWith } from './test-proxies.ts';
import { type Move, search } from './test-search.ts';

/** What the file says about the node, and the state of its process at that step. */
type Step =
  | { readonly file: object }
  | { readonly prefix: string; readonly restart: true }
  | { readonly at: readonly string[] };
type Rules = { readonly steps: readonly Step[]; readonly prompt: boolean };

type World = {
  /** How many of the operator's steps are done; the file is that of the last step that wrote it. */
  readonly done: number;
  /** The step of each proxy's file. */
  readonly proxies: readonly number[];
  readonly prefix: string;
  readonly at: readonly string[];
  /** The prefixes of live session ids. */
  readonly live: readonly string[];
  readonly begun: number;
};

const OLD = 'http://n1';
const NEW = 'http://n1-new';
const NODE = { id: 'n1', url: OLD };
const TAGGED = { ...NODE, tag: 'k7', formerly: ['n1'] };
const BEGUN = 3;

const servers = new Map<string, readonly string[]>();
const serversFor = (file: object, prefix: string): readonly string[] => {
  const key = JSON.stringify([file, prefix]);
  const known = servers.get(key) ?? serversWith(file)(prefix === '' ? [] : [['Mcp-Session-Id', `${prefix}.x`]]);
  servers.set(key, known);
  return known;
};

const fileAt = ({ steps }: Rules, done: number): object =>
  steps
    .slice(0, done)
    .flatMap((step) => ('file' in step ? [step.file] : []))
    .at(-1) ?? NODE;

const operatorMoves = ({ steps, prompt }: Rules, world: World): Move<World>[] => {
  const step = steps[world.done];
  const settled = world.proxies.every((at) => at === world.done);
  if (step === undefined || (prompt && !settled)) return [];
  const next = { ...world, done: world.done + 1 };
  if ('file' in step) return [{ name: `the file is ${JSON.stringify(step.file)}`, to: next }];
  if ('at' in step) return [{ name: `it answers at ${step.at}`, to: { ...next, at: step.at } }];
  // After a drain.
  return world.live.length > 0 ? [] : [{ name: `it restarts as ${step.prefix}`, to: { ...next, prefix: step.prefix } }];
};

const movesOf =
  (rules: Rules) =>
  (world: World): readonly Move<World>[] => {
    const { proxies, done, prefix, live, begun, at } = world;
    const reached = proxies.some((one) => serversFor(fileAt(rules, one), '').some((url) => at.includes(url)));
    return [
      ...operatorMoves(rules, world),
      ...proxies.flatMap((one, i) =>
        one < done ? [{ name: 'a proxy follows', to: { ...world, proxies: proxies.with(i, one + 1) } }] : [],
      ),
      ...(reached && begun < BEGUN && !live.includes(prefix)
        ? [{ name: `a session ${prefix}.x begins`, to: { ...world, begun: begun + 1, live: [...live, prefix].sort() } }]
        : []),
      ...live.map((one) => ({ name: `${one}.x ends`, to: { ...world, live: live.filter((other) => other !== one) } })),
    ];
  };

const explore = (rules: Rules) =>
  search({
    starts: [{ done: 0, proxies: [0, 0], prefix: 'n1', at: [OLD, NEW], live: [], begun: 0 }],
    moves: movesOf(rules),
    keyOf: (world) => JSON.stringify(world),
    wrong: ({ proxies, live, at }: World) => {
      const lost = live.filter((prefix) =>
        proxies.some((one) => serversFor(fileAt(rules, one), prefix).some((url) => !at.includes(url))),
      );
      return lost.length === 0 ? undefined : `${lost} does not reach its node`;
    },
    most: 50_000,
  });

const RESTART = { prefix: 'k7', restart: true } as const;
const TAG: readonly Step[] = [{ file: TAGGED }, RESTART, { file: { ...NODE, tag: 'k7' } }];
const URL: readonly Step[] = [{ file: { ...NODE, url: NEW } }, { at: [NEW] }];

for (const [what, steps] of [
  ['a tag comes', TAG],
  ['a URL changes', URL],
  [
    'both do, one after the other',
    [...URL, { file: { ...TAGGED, url: NEW } }, RESTART, { file: { ...NODE, tag: 'k7', url: NEW } }],
  ],
] as const satisfies readonly (readonly [string, readonly Step[]])[])
  test(`while ${what} no session is lost, if proxies follow within the settle time`, (t) => {
    const { states, steps: moves, found } = explore({ steps, prompt: true });
    t.diagnostic(`${states} states, ${moves} steps between them`);
    assert.equal(found, undefined);
  });

for (const [what, rules] of [
  ['a tag without formerly', { steps: [{ file: { ...NODE, tag: 'k7' } }, RESTART], prompt: true }],
  ['formerly that goes before the node has restarted', { steps: [TAG[0]!, TAG[2]!, RESTART], prompt: true }],
  ['a restart before the routes are there', { steps: [RESTART, TAG[0]!], prompt: true }],
  ['a tag at a proxy that is later than the settle time', { steps: TAG, prompt: false }],
  ['an old URL that ends at once', { steps: [URL[1]!, URL[0]!], prompt: true }],
] as const satisfies readonly (readonly [string, Rules])[])
  test(`what loses a session: ${what}`, (t) => {
    const { states, found } = explore(rules);
    t.diagnostic(`found after ${states} states: ${found?.way.join('; ')}`);
    assert.match(found?.what ?? 'nothing', /does not reach its node/);
  });
