import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { CALL_BODY, PATH } from './plan.ts';
import { quantile } from './report.ts';

type Paced = {
  readonly sessions: readonly string[];
  readonly cookie: string;
  readonly perSecond: number;
  readonly seconds: number;
};

const LOOK_EVERY_MS = 1;

/** Calls at a fixed rate, on each session in turn, however long the answers take. */
export const measurePaced = async (
  url: string,
  { sessions, cookie, perSecond, seconds }: Paced,
): Promise<{ readonly p50: number }> => {
  const agent = new Agent({ keepAlive: true });
  try {
    const took = await Promise.all(await callAtPace(url, { agent, sessions, cookie, perSecond, seconds }));
    return { p50: quantile(took, 0.5) };
  } finally {
    agent.destroy();
  }
};

const callAtPace = async (
  url: string,
  { agent, sessions, cookie, perSecond, seconds }: Paced & { readonly agent: Agent },
): Promise<Promise<number>[]> => {
  const calls: Promise<number>[] = [];
  const started = performance.now();
  while (performance.now() - started < seconds * 1000) {
    const due = Math.floor(((performance.now() - started) / 1000) * perSecond);
    while (calls.length < due) {
      const answered = call(url, { agent, cookie, session: sessions[calls.length % sessions.length]! });
      // The caller awaits them all at the end.
      answered.catch(() => undefined);
      calls.push(answered);
    }
    await wait(LOOK_EVERY_MS);
  }
  return calls;
};

type Call = { readonly agent: Agent; readonly cookie: string; readonly session: string };

const call = (url: string, what: Call, started = performance.now()): Promise<number> =>
  new Promise((resolve, reject) => {
    const { agent, cookie, session } = what;
    const headers = { cookie, 'mcp-session-id': session, 'content-type': 'application/json' };
    const sent = request(url + PATH, { method: 'POST', agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} answers ${response.statusCode}`));
      response.on('end', () => resolve(performance.now() - started)).on('error', reject);
      response.resume();
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // The server closed a kept-alive connection just as it was reused: any client tries again.
      if (sent.reusedSocket && error.code === 'ECONNRESET') resolve(call(url, what, started));
      else reject(error);
    });
    sent.end(CALL_BODY);
  });

export const sessionIds = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `n${1 + (i % 3)}.${randomUUID()}`);
