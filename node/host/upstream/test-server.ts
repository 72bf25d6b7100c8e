import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { testNode } from '../../test-bench.ts';
import { upstreamHost } from './upstream-host.ts';
import type { UpstreamOptions } from './way.ts';

export type Seen = {
  readonly method: string;
  readonly url: string;
  readonly raw: readonly string[];
  readonly body: string;
};

/** A server that behaves as the test needs: `answer` is called after the body has been read. */
export const testServer = async (
  t: TestContext,
  answer: (seen: Seen, res: ServerResponse, req: IncomingMessage) => void | Promise<void>,
) => {
  const seen: Seen[] = [];
  const listener: RequestListener = async (req, res) => {
    let body = '';
    try {
      for await (const chunk of req) body += chunk;
    } catch {
      return;
    }
    const one = { method: req.method ?? '', url: req.url ?? '', raw: req.rawHeaders, body };
    if (one.url !== HEALTH_PATH) seen.push(one);
    await answer(one, res, req);
  };
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

const HEALTH_PATH = '/healthz';

type NodeGiven = Partial<UpstreamOptions> & { readonly url: string };

/** A node in front of the server at this URL. */
export const nodeBefore = (t: TestContext, given: NodeGiven, more: Parameters<typeof testNode>[1] = {}) => {
  const url = new URL(given.url).pathname === '/' ? `${given.url}/mcp` : given.url;
  const makeHost = upstreamHost({
    era: 'sessions',
    passHostHeader: false,
    health: { path: HEALTH_PATH },
    ...given,
    url,
  });
  return testNode(t, { makeHost, checkHosts: !given.passHostHeader, ...more });
};

/** Answers initialize with this session id, and everything else by `rest`. */
export const withSession =
  (id: string, rest: (seen: Seen, res: ServerResponse, req: IncomingMessage) => void | Promise<void>) =>
  (seen: Seen, res: ServerResponse, req: IncomingMessage): void | Promise<void> => {
    if (!seen.body.includes('"initialize"')) return rest(seen, res, req);
    res.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': id });
    res.end('{"jsonrpc":"2.0","id":1,"result":{}}');
  };

export const headerOf = ({ raw }: Seen, name: string): string | undefined => {
  const at = raw.findIndex((one, i) => i % 2 === 0 && one.toLowerCase() === name);
  return at < 0 ? undefined : raw[at + 1];
};
