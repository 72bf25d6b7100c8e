import type { Reply } from '../reply.ts';
import type { Bench, Session } from '../session.ts';

export const GRAPHQL_CALLS = 6;

/**
 * First without cookies, then with those of an MCP session: a browser would send them along. One request if there is no
 * GraphQL.
 */
export const askGraphql = async ({ client }: Bench, path: string, session: Session): Promise<readonly Reply[]> => {
  const replies: Reply[] = [];
  for (let i = 0; i < GRAPHQL_CALLS; i++) {
    const cookie = i === 0 ? '' : session.cookies(path);
    const reply = await client.ask({
      method: 'POST',
      path,
      headers: { accept: 'application/json', ...(cookie !== '' && { cookie }) },
      body: { query: '{__typename}' },
    });
    if (i === 0 && !isGraphql(reply)) return [];
    replies.push(reply);
  }
  return replies;
};

const isGraphql = (reply: Reply): boolean =>
  reply.kind === 'answered' && reply.status === 200 && reply.text.includes('"__typename"');
