/** Sessions opened without the SDK, whose client costs more than what is measured. */
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 16 });
export const streams = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });
const COMMON = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };
export const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'session-memory', version: '1' },
};

type Ask = { method: string; session?: string; body?: unknown; agent?: Agent };

export const ask = async (url: string, { method, session, body, agent: by = agent }: Ask): Promise<IncomingMessage> => {
  const headers = { ...COMMON, ...(session && { 'mcp-session-id': session }) };
  const sent = request(`${url}/mcp`, { method, headers, agent: by });
  sent.end(body === undefined ? undefined : JSON.stringify({ jsonrpc: '2.0', ...body }));
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  if (answer.statusCode === 200 || answer.statusCode === 202) return answer;
  // Its connection is needed again.
  answer.resume();
  throw new Error(`${method}: ${answer.statusCode}`);
};

export const finished = async (answer: IncomingMessage): Promise<IncomingMessage> => {
  answer.resume();
  await once(answer, 'end');
  return answer;
};

export const openSession = async (url: string): Promise<string> => {
  const body = { id: 1, method: 'initialize', params: INITIALIZE };
  const session = (await finished(await ask(url, { method: 'POST', body }))).headers['mcp-session-id'] as string;
  await finished(await ask(url, { method: 'POST', session, body: { method: 'notifications/initialized' } }));
  return session;
};

export const each = async <In, Out>(items: readonly In[], work: (item: In) => Promise<Out>): Promise<Out[]> => {
  const results: Out[] = [];
  for (let at = 0; at < items.length; at += 16)
    results.push(...(await Promise.all(items.slice(at, at + 16).map(work))));
  return results;
};

/** Idle connections. */
export const hangUp = (): void => agent.destroy();
