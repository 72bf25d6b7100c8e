import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLoopback } from '../../core/loopback.ts';
import type { MakeHost } from '../session-host.ts';
import { beginAtServer } from './begin.ts';
import { passOn } from './pass-on.ts';
import { serverHealth } from './server-health.ts';
import { answerSession, leaveSession, refuseCaller } from './session-requests.ts';
import { UpstreamServer } from './upstream-server.ts';
import type { UpstreamOptions } from './way.ts';

/** Sessions of an MCP server elsewhere, in any language: its ids get the node's name, all else passes as it comes. */
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

/** Of the names of this machine, the one that every server takes: some refuse 127.0.0.1, even where they listen on it. */
const hostOf = ({ hostname, host, port }: URL): string => {
  if (!isLoopback(hostname)) return host;
  return port === '' ? 'localhost' : `localhost:${port}`;
};
