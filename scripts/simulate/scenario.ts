import { z } from 'zod';

/** A scenario: its clients, what happens to the cluster and when, and what must be true at the end. */

const OF_NODE = [
  'kill',
  'stop',
  'start',
  'restart',
  'freeze',
  'thaw',
  'drain',
  'undrain',
  'take-out',
  'await-empty',
] as const;
const OF_CLUSTER = [
  'await-answers',
  'drop-connections',
  'stop-redis',
  'start-redis',
  'cut-streams',
  'change-config',
] as const;
export const FIGURES = [
  'lost',
  'moved',
  'stranded',
  'without',
  'failed',
  'serverErrors',
  'misroutes',
  'opened',
  'recoveryP99Ms',
] as const;

export type NodeVerb = (typeof OF_NODE)[number];
export type ClusterVerb = (typeof OF_CLUSTER)[number];
export type Action =
  | { readonly verb: NodeVerb; readonly node: string }
  | { readonly verb: ClusterVerb; readonly node: undefined };

const seconds = z.number().min(0).max(600);
const count = z.number().min(0);

const group = z.strictObject({
  clients: z.int().min(1).max(5000),
  holds: z
    .enum(['session', 'handle', 'task'])
    .default('session')
    .describe('What a node holds for it: a session, or in protocol 2026-07-28 a handle or a task.'),
  cookies: z.boolean().default(true).describe('Whether it sends back the cookies it gets.'),
  reopen: z
    .enum(['never', 'at-once', 'back-off'])
    .default('back-off')
    .describe(
      'What it does when its session is gone: stay away, as most clients; come back; come back at a time of its own.',
    ),
  callsPerSecond: z.number().min(0.01).max(100).default(1),
  streams: z.boolean().default(true).describe('Whether it holds a stream open (GET).'),
  sessionSeconds: seconds
    .optional()
    .describe('Its sessions end after about so long, and it opens the next. Else they last.'),
  timeoutSeconds: seconds.default(5).describe('A call without an answer for so long has failed.'),
});

const step = z.strictObject({
  after: seconds.optional().describe('Not before so many seconds after the step before was done.'),
  at: seconds.optional().describe('Not before so many seconds; without it at once after the step before.'),
  do: z
    .string()
    .regex(
      new RegExp(`^((${OF_NODE.join('|')}) [A-Za-z0-9_-]+|${OF_CLUSTER.join('|')})$`),
      `one of ${OF_NODE.join(', ')} with a node behind it, as in drain n2, or one of ${OF_CLUSTER.join(', ')}`,
    ),
});

const bound = z.union([count, z.strictObject({ least: count.optional(), most: count.optional() })]);
export type Bound = z.infer<typeof bound>;

export const scenarioSchema = z.strictObject({
  about: z.string().describe('What it shows, in one sentence.'),
  nodes: z.int().min(1).max(16).default(3),
  affinity: z.enum(['both', 'session-id', 'cookie']).default('both'),
  seconds: seconds.default(8).describe('How long it lasts at least, from when all clients have their sessions.'),
  fleet: z.array(group).min(1),
  timeline: z.array(step).default([]),
  expect: z
    .strictObject(
      Object.fromEntries(FIGURES.map((name) => [name, bound.optional()])) as Record<
        (typeof FIGURES)[number],
        z.ZodOptional<typeof bound>
      >,
    )
    .prefault({}),
});

export type Scenario = z.infer<typeof scenarioSchema>;
export type Group = Scenario['fleet'][number];

export const actionOf = (text: string): Action => {
  const [verb, node] = text.split(' ');
  return { verb, node } as Action;
};
