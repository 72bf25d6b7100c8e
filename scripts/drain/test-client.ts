/** A small MCP client for tests that records which node gave each answer. */
const HEADERS = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };
const INITIALIZE = {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'test', version: '1' },
};

export type Answer = { readonly status: number; readonly node: string | null };

export class TestClient {
  readonly node: string;
  readonly session: string;
  readonly #mcp: string;
  readonly #cookie: string | undefined;
  #calls = 0;

  private constructor(mcp: string, answer: Response, cookie: string | undefined) {
    this.#mcp = mcp;
    this.#cookie = cookie;
    this.node = answer.headers.get('x-mooring-node') ?? '';
    this.session = answer.headers.get('mcp-session-id') ?? '';
  }

  static async open(mcp: string, { cookies }: { readonly cookies: boolean }): Promise<TestClient> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params: INITIALIZE });
    const answer = await fetch(mcp, { method: 'POST', headers: HEADERS, body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`initialize: ${answer.status} ${text}`);
    const cookie = answer.headers.getSetCookie()[0]?.split(';', 1)[0];
    const client = new TestClient(mcp, answer, cookies ? cookie : undefined);
    await client.#send('POST', { jsonrpc: '2.0', method: 'notifications/initialized' });
    return client;
  }

  /** Through its first proxy, or another one. */
  async call(mcp = this.#mcp): Promise<Answer> {
    this.#calls += 1;
    return this.#send('POST', { jsonrpc: '2.0', id: this.#calls, method: 'ping' }, mcp);
  }

  /** The contents of the 404; undefined for any other answer. */
  async gone(): Promise<{ readonly reason?: string; readonly owner?: string; readonly node?: string }> {
    const headers = { ...HEADERS, 'mcp-session-id': this.session };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'ping' });
    const answer = await fetch(this.#mcp, { method: 'POST', headers, body });
    const text = await answer.text();
    if (answer.status !== 404) return {};
    const { reason, owner, node } = (JSON.parse(text) as { error: { data: Record<string, string> } }).error.data;
    return { ...(reason && { reason }), ...(owner && { owner }), ...(node && { node }) };
  }

  async close(): Promise<Answer> {
    return this.#send('DELETE');
  }

  async #send(method: string, body?: object, mcp = this.#mcp): Promise<Answer> {
    const answer = await fetch(mcp, {
      method,
      headers: { ...HEADERS, 'mcp-session-id': this.session, ...(this.#cookie && { cookie: this.#cookie }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    await answer.text();
    return { status: answer.status, node: answer.headers.get('x-mooring-node') };
  }
}
