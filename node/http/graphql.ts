import type { IncomingMessage, ServerResponse } from 'node:http';
import { buildSchema, GraphQLError, parse } from 'graphql';
import { createHandler } from 'graphql-http';
import type { Listed, NodeListing, SessionListing, SessionRegistry } from '../../shared/registry/session-registry.ts';
import type { NodeDrain } from '../node-drain.ts';
import { brief, type SessionTable } from '../sessions/session-table.ts';
import type { HeldState } from '../state/held-state.ts';
import { readBody } from './read-body.ts';

const schema = buildSchema(`
  type Query {
    "The node that answers."
    node: ThisNode!
    "All nodes that are alive, from the registry."
    nodes: [Node!]!
    "Sessions, handles and tasks of all nodes, from the registry. Ids are shortened, because anyone who has one can use the session."
    sessions(first: Int = 100): [Session!]!
  }
  type ThisNode { name: String! sessions: Int! handles: Int! tasks: Int! calls: Int! draining: Boolean! registry: String! uptimeSeconds: Float! }
  type Node { name: String! url: String sessions: Int! draining: Boolean! }
  type Session { id: String! kind: String! node: String! client: String! created: String! state: String! }
`);

/** No query of this schema needs more. */
const MAX_TOKENS = 200;
const MAX_QUERY_BYTES = 16 * 1024;

export type GraphqlOptions = {
  readonly node: string;
  readonly table: SessionTable;
  readonly state: HeldState;
  readonly registry: SessionRegistry;
  readonly nodes: () => Promise<Listed<NodeListing>>;
  readonly sessions: () => Promise<Listed<SessionListing>>;
  readonly drain: Pick<NodeDrain, 'phase'>;
  readonly uptime: () => number;
};

export const handleGraphql = (options: GraphqlOptions) => {
  const handler = createHandler({
    schema,
    rootValue: ROOT,
    context: () => answersOf(options),
    parse: (source) => parse(source, { maxTokens: MAX_TOKENS }),
  });
  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const body = await readBody(req, MAX_QUERY_BYTES);
    if (body.kind === 'aborted') return void res.destroy();
    if (body.kind === 'too-large') return void res.writeHead(413).end(`the query exceeds ${MAX_QUERY_BYTES} bytes`);
    const [answer, { status, statusText, headers }] = await handler({
      method: req.method ?? '',
      url: req.url ?? '',
      headers: req.headers as Record<string, string>,
      body: body.bytes.toString('utf8'),
      raw: req,
      context: undefined,
    });
    res.writeHead(status, statusText, headers).end(answer);
  };
};

type Answers = ReturnType<typeof answersOf>;

const ROOT = {
  node: (_: unknown, answers: Answers) => answers.node,
  nodes: (_: unknown, answers: Answers) => answers.nodes(),
  sessions: ({ first }: { first: number }, answers: Answers) => answers.sessions(first),
};

const answersOf = ({ node, table, state, registry, nodes, sessions, drain, uptime }: GraphqlOptions) => ({
  node: {
    name: node,
    sessions: table.size,
    handles: state.sizeOf('handle'),
    tasks: state.sizeOf('task'),
    calls: table.running,
    draining: drain.phase !== 'open',
    registry: registry.status().state,
    uptimeSeconds: uptime(),
  },
  nodes: async () =>
    named(await nodes()).map((one) => ({ ...one, name: one.node, ...(one.name !== undefined && { url: null }) })),
  sessions: async (first: number) =>
    named(await sessions())
      .slice(0, Math.max(0, first))
      .map((one) => ({
        ...one,
        kind: one.kind ?? 'session',
        id: brief(one.id),
        created: new Date(one.created).toISOString(),
      })),
});

const named = <Item>(listed: Listed<Item>): readonly Item[] => {
  if (listed.kind === 'unavailable') throw new GraphQLError(`the registry is not available: ${listed.why}`);
  return listed.items;
};
