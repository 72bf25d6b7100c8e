import { setTimeout as wait } from 'node:timers/promises';

const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const NAMES = ['editor', 'terminal', 'notebook', 'assistant', 'browser-extension', 'ci-bot'];
const PAUSE_MS = 20;

type Visitor = { readonly name: string; session: string };

/** Enough clients to be visible: each opens a new session when its own is gone. Ends when `signal` is aborted. */
export const makeTraffic = async (mcp: string, clients: number, signal: AbortSignal): Promise<void> => {
  const visitors: Visitor[] = [];
  for (let i = 0; i < clients; i++) visitors.push(await arrive(mcp, `${NAMES[i % NAMES.length]}-${i}`));
  for (const visitor of visitors.slice(0, clients / 3)) void listenTo(mcp, visitor, signal);
  void keepCalling(mcp, visitors, signal);
};

const arrive = async (mcp: string, name: string): Promise<Visitor> => ({ name, session: await initialize(mcp, name) });

const initialize = async (mcp: string, name: string): Promise<string> => {
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name, version: '1.0' } };
  const response = await post(mcp, { 'user-agent': name }, { id: 1, method: 'initialize', params });
  return response.headers.get('mcp-session-id') ?? '';
};

const post = async (mcp: string, headers: Record<string, string>, message: object): Promise<Response> => {
  const body = JSON.stringify({ jsonrpc: '2.0', ...message });
  const response = await fetch(mcp, { method: 'POST', headers: { ...HEADERS, ...headers }, body });
  await response.text();
  return response;
};

const listenTo = async (mcp: string, { name, session }: Visitor, signal: AbortSignal): Promise<void> => {
  const headers = { accept: 'text/event-stream', 'mcp-session-id': session, 'user-agent': name };
  const response = await fetch(mcp, { headers, signal }).catch(() => undefined);
  await response?.text().catch(() => undefined);
};

const keepCalling = async (mcp: string, visitors: readonly Visitor[], signal: AbortSignal): Promise<void> => {
  for (let i = 0; !signal.aborted; i++) {
    const visitor = visitors[i % visitors.length]!;
    const headers = { 'mcp-session-id': visitor.session, 'user-agent': visitor.name };
    // A killed node loses its answers: the next call shows where the client is now.
    const response = await post(mcp, headers, { id: 2, method: 'tools/list' }).catch(() => undefined);
    if (response?.status === 404) visitor.session = await initialize(mcp, visitor.name).catch(() => visitor.session);
    await wait(PAUSE_MS);
  }
};
