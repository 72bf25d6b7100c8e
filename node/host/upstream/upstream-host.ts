import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLoopback } from '../../core/loopback.ts';
import type { MakeHost } from '../session-host.ts';
import { beginAtServer } from './begin.ts';
import { passOn } from './pass-on.ts';
import { serverHealth } from './server-health.ts';
import { answerSession, leaveSession, refuseCaller } from './session-requests.ts';
import { UpstreamServer } from './upstream-server.ts';
import type { UpstreamOptions } from './way.ts';

/** Sessions of another MCP server, in any language: its ids get the node's name, everything else passes unchanged. */
export const upstreamHost =
  (options: UpstreamOptions): MakeHost =>
  (parts) => {
    const url = new URL(options.url);
    const server = new UpstreamServer(url.origin);
    const health = serverHealth({ ...options, ...parts, url, server });
    const way = { ...options, ...parts, url, server, host: options.passHostHeader ? undefined : hostOf(url) };
    const answer = answerSession(way);
    const leave = leaveSession(way);
    const others = (req: IncomingMessage, res: ServerResponse): Promise<void> => passOn(way, { req, res, leave });
    return {
      load: async () => undefined,
      begin: beginAtServer({ ...way, answer, leave }),
      others,
      refuses: refuseCaller(way),
      health: health.now,
      stop: async () => {
        health.stop();
        server.close();
      },
    };
  };

/** The loopback name that every server accepts: some refuse 127.0.0.1, even if they listen on it. */
const hostOf = ({ hostname, host, port }: URL): string => {
  if (!isLoopback(hostname)) return host;
  return port === '' ? 'localhost' : `localhost:${port}`;
};
