import { randomUUID } from 'node:crypto';
import type { Facts, Followed } from '../facts.ts';
import { ACCEPT, AS_DISCOVER, DISCOVER, PING } from '../mcp.ts';
import type { Reply } from '../reply.ts';
import { type Bench, oneConnection, Session } from '../session.ts';

export const CALLS_ON_CONNECTION = 3;
export const COOKIE_CALLS = 3;

export type Follow = { readonly keepsCookies: boolean; readonly calls: number };

export const follow = async (
  bench: Bench,
  { keepsCookies, calls }: Follow,
): Promise<{ readonly session: Session; readonly followed: Followed }> => {
  const agent = oneConnection(bench);
  const session = await Session.open(bench, { keepsCookies, agent });
  // It was not opened, which its calls would only repeat.
  if (session.id === '') {
    agent.destroy();
    const nothing: readonly Reply[] = [];
    return {
      session,
      followed: { opened: session.opened, initialized: session.opened, onConnection: nothing, reconnected: nothing },
    };
  }
  const initialized = await session.initialized(agent);
  const onConnection = await times(CALLS_ON_CONNECTION, () => session.ask({ body: PING, agent }));
  agent.destroy();
  const reconnected = await times(calls, () => session.ask({ body: PING }));
  return { session, followed: { opened: session.opened, initialized, onConnection, reconnected } };
};

export const discover = ({ client, target }: Bench, cookie = ''): Promise<Reply> =>
  client.ask({
    method: 'POST',
    path: target.path,
    headers: { ...AS_DISCOVER, ...(cookie !== '' && { cookie }) },
    body: DISCOVER,
  });

/** Only the cookie, so that no session id can pin. */
export const askByCookie = (bench: Bench, cookie: string): Promise<Reply[]> =>
  cookie === '' ? Promise.resolve([]) : times(COOKIE_CALLS, () => discover(bench, cookie));

export const askAsStranger = async ({ client, target }: Bench): Promise<NonNullable<Facts['strangers']>> => {
  const headers = { ...ACCEPT, 'mcp-session-id': randomUUID() };
  const ask = (method: string, body?: object): Promise<Reply> =>
    client.ask({ method, path: target.path, headers, patienceMs: STREAM_MS, ...(body && { body }) });
  return { call: await ask('POST', PING), stream: await ask('GET'), close: await ask('DELETE') };
};

/** A server that opens a stream for anybody would keep us waiting for its end. */
const STREAM_MS = 2000;

const times = async <T>(count: number, act: () => Promise<T>): Promise<T[]> => {
  const results: T[] = [];
  for (let i = 0; i < count; i++) results.push(await act());
  return results;
};
