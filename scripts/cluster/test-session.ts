/** A minimal client, so that tests see the raw answers. */

const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

export type TestSession = { readonly id: string; readonly node: string };

export const openSession = async (mcp: string): Promise<TestSession> => {
  const answer = await fetch(mcp, { method: 'POST', headers: HEADERS, body: JSON.stringify(INITIALIZE) });
  const text = await answer.text();
  const id = answer.headers.get('mcp-session-id');
  if (id === null) throw new Error(`no session: ${answer.status} ${text}`);
  return { id, node: answer.headers.get('x-mooring-node') ?? '' };
};

export const ping = async (
  mcp: string,
  { id }: TestSession,
  signal?: AbortSignal,
): Promise<{ status: number; node: string | null }> => {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'ping' });
  const headers = { ...HEADERS, 'mcp-session-id': id };
  const answer = await fetch(mcp, { method: 'POST', headers, body, ...(signal && { signal }) });
  await answer.text();
  return { status: answer.status, node: answer.headers.get('x-mooring-node') };
};

/** The stream of messages from the server; resolves when it has ended. */
export const listenTo = async (mcp: string, { id }: TestSession): Promise<{ readonly ended: Promise<void> }> => {
  const headers = { accept: 'text/event-stream', 'mcp-session-id': id };
  const answer = await fetch(mcp, { headers });
  if (answer.status !== 200) throw new Error(`no stream: ${answer.status}`);
  const read = async (): Promise<void> => {
    for await (const _ of answer.body ?? []);
  };
  return { ended: read().catch(() => undefined) };
};

/** A call that takes many seconds; resolves when its answer or its connection has ended. */
export const callLongTask = async (mcp: string, { id }: TestSession): Promise<void> => {
  const params = { name: 'long_task', arguments: { steps: 100, stepMs: 100 } };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 3, method: 'tools/call', params });
  const answer = await fetch(mcp, { method: 'POST', headers: { ...HEADERS, 'mcp-session-id': id }, body });
  return answer.text().then(
    () => undefined,
    () => undefined,
  );
};
