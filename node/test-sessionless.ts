import { type Asked, type Asking, ask } from './test-bench.ts';

const META = 'io.modelcontextprotocol';
const TASKS = { extensions: { [`${META}/tasks`]: {} } };

/** The body of a request of the protocol without sessions. */
export const envelope = (method: string, params: object = {}, capabilities: object = TASKS) => ({
  jsonrpc: '2.0',
  id: 1,
  method,
  params: {
    ...params,
    _meta: {
      [`${META}/protocolVersion`]: '2026-07-28',
      [`${META}/clientInfo`]: { name: 'test', version: '1' },
      [`${META}/clientCapabilities`]: capabilities,
    },
  },
});

/** The headers that clients send with it. */
export const headersOf = ({ method, params }: ReturnType<typeof envelope>): Record<string, string> => {
  const { name, uri, taskId, arguments: args } = params as Record<string, unknown>;
  const called = name ?? uri ?? taskId;
  const handle = (args as { basket?: string } | undefined)?.basket;
  return {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    ...(called !== undefined && { 'mcp-name': String(called) }),
    ...(handle !== undefined && { 'mcp-param-handle': handle }),
  };
};

type Node = { readonly url: string };

export const request = (
  node: Node,
  body: ReturnType<typeof envelope>,
  { headers, ...rest }: Asking = {},
): Promise<Asked> => {
  // A header whose value is undefined is left out.
  const all = Object.entries({ ...headersOf(body), ...headers }).filter(([, value]) => value !== undefined);
  return ask(node, { ...rest, body, headers: Object.fromEntries(all) });
};

export const callTool = (node: Node, name: string, args: object = {}, asking: Asking = {}): Promise<Asked> =>
  request(node, envelope('tools/call', { name, arguments: args }), asking);

export const openBasket = async (node: Node): Promise<string> =>
  (await callTool(node, 'open_basket')).json.result.structuredContent.basket;
