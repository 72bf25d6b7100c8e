import { setTimeout as wait } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { cookieFetch, type FetchLike } from '../../../shared/client/cookie-fetch.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { ForeignServer } from './servers.ts';

export type Finding = { readonly what: string; readonly good: number; readonly of: number; readonly error?: string };

const CALLS = 20;

type Tried = Pick<ForeignServer, 'tool'> & { readonly mcp: string };

/** The client of the TypeScript SDK as it comes, which keeps no cookies, and the same with a jar. */
export async function* examineCalls({ mcp, tool }: Tried): AsyncGenerator<Finding> {
  for (const [what, fetch] of [
    ['calls without cookies', undefined],
    ['calls with cookies', cookieFetch()],
  ] as const) {
    // Three nodes and three sessions: one alone may be where every request happens to go.
    const sessions = await Promise.all([1, 2, 3].map(() => open({ mcp, fetch, tool })));
    const answers: (string | undefined)[] = [];
    for (let i = 0; i < CALLS; i++) answers.push(...(await Promise.all(sessions.map((session) => session.call()))));
    await Promise.all(sessions.map((session) => session.close()));
    yield told(what, answers);
  }
}

/** A drain loses no call; a server that is killed ends its sessions with a reason, and a new one opens at once. */
export async function* examineEnds(cluster: Cluster, { tool }: Pick<ForeignServer, 'tool'>): AsyncGenerator<Finding> {
  const session = await open({ mcp: cluster.mcp, fetch: undefined, tool });
  await cluster.drain(session.node);
  const answers: (string | undefined)[] = [];
  for (let i = 0; i < CALLS; i++) answers.push(await session.call());
  yield told('calls while its node drains', answers);
  await cluster.undrain(session.node);
  await cluster.kill(session.node);
  yield told('a session whose server was killed gets the 404 that says why', [await lost(session)]);
  const again = await open({ mcp: cluster.mcp, fetch: undefined, tool });
  yield told('the next session works', [await again.call()]);
  await again.close();
  await cluster.start(session.node);
}

type Session = {
  readonly node: string;
  /** Undefined: answered, by its session; else what was wrong. */
  call(): Promise<string | undefined>;
  close(): Promise<void>;
};

const open = async ({ mcp, fetch, tool }: Tried & { readonly fetch: FetchLike | undefined }): Promise<Session> => {
  const transport = new StreamableHTTPClientTransport(
    new URL(mcp),
    fetch && { fetch: fetch as typeof globalThis.fetch },
  );
  const client = new Client({ name: 'foreign', version: '1' });
  await client.connect(transport as Parameters<Client['connect']>[0]);
  const id = transport.sessionId ?? '';
  const call = async (): Promise<string | undefined> => {
    try {
      const answer = tool === undefined ? await client.listTools() : await client.callTool(tool);
      if (answer.isError) return JSON.stringify(answer.content);
      return transport.sessionId === id ? undefined : 'another session answered';
    } catch (error) {
      return String(error);
    }
  };
  const close = async (): Promise<void> => {
    await transport.terminateSession().catch(() => undefined);
    await client.close();
  };
  return { node: id.split('.')[0]!, call, close };
};

/** The health check may not have noticed yet: until then it is 502. */
const ATTEMPTS = 40;
const PAUSE_MS = 250;

const lost = async (session: Session): Promise<string | undefined> => {
  let said: string | undefined;
  for (let i = 0; i < ATTEMPTS && !/"reason":"owner-/.test(said ?? ''); i++) {
    said = await session.call();
    if (said === undefined) return 'its call went through';
    await wait(PAUSE_MS);
  }
  return /"reason":"owner-/.test(said ?? '') ? undefined : said;
};

const told = (what: string, answers: readonly (string | undefined)[]): Finding => {
  const error = answers.find((answer) => answer !== undefined);
  return {
    what,
    good: answers.filter((answer) => answer === undefined).length,
    of: answers.length,
    ...(error && { error }),
  };
};
