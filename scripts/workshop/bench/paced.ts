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

/** A fleet that calls at its own pace, its sessions in turn, whatever the answers take. */
export const measurePaced = async (
  url: string,
  { sessions, cookie, perSecond, seconds }: Paced,
): Promise<{ readonly p50: number }> => {
  const agent = new Agent({ keepAlive: true });
  const calls: Promise<number>[] = [];
  const started = performance.now();
  while (performance.now() - started < seconds * 1000) {
    const due = Math.floor(((performance.now() - started) / 1000) * perSecond);
    while (calls.length < due) {
      const answered = call(url, { agent, cookie, session: sessions[calls.length % sessions.length]! });
      // Told when all are over.
      answered.catch(() => undefined);
      calls.push(answered);
    }
    await wait(LOOK_EVERY_MS);
  }
  const took = await Promise.all(calls);
  agent.destroy();
  return { p50: quantile(took, 0.5) };
};

type Call = { readonly agent: Agent; readonly cookie: string; readonly session: string };

const call = (url: string, { agent, cookie, session }: Call): Promise<number> =>
  new Promise((resolve, reject) => {
    const started = performance.now();
    const headers = { cookie, 'mcp-session-id': session, 'content-type': 'application/json' };
    const sent = request(url + PATH, { method: 'POST', agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} answers ${response.statusCode}`));
      response.on('end', () => resolve(performance.now() - started)).resume();
    });
    sent.on('error', reject).end(CALL_BODY);
  });

export const sessionIds = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `n${1 + (i % 3)}.${randomUUID()}`);
