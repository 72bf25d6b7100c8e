import type { EventLimits } from '../../core/event-buffer.ts';
import { webRequest } from '../../http/request-facts.ts';
import type { CreateServer } from '../../mcp/open-session.ts';
import type { SharedServices } from '../../mcp/server-context.ts';
import type { Exchange, MakeHost } from '../session-host.ts';
import type { Connect } from '../streams/start-session.ts';

export type OwnHostOptions = {
  readonly createServer: CreateServer;
  readonly eventLimits: EventLimits;
  readonly around: SharedServices;
};

/** Sessions of the MCP SDK in the memory of this process. The SDK is loaded after the start: see `load`. */
export const ownHost =
  ({ createServer, eventLimits, around }: OwnHostOptions): MakeHost =>
  (parts) => {
    let begin: ((exchange: Exchange) => Promise<void>) | undefined;
    const load = async (): Promise<void> => {
      const [{ receive }, { openSession }, { answerWithoutSession }] = await Promise.all([
        import('../streams/receive.ts'),
        import('../../mcp/open-session.ts'),
        import('./without-session.ts'),
      ]);
      const onError = (error: Error): void => parts.log.debug({ err: error }, 'the SDK reports an error in a session');
      const connect: Connect = async ({ session: { id, events, principal }, client, exchange, ...connecting }) => {
        const caller = { client, principal, request: webRequest(exchange.req), auth: exchange.auth };
        const context = { ...around, ...caller, node: parts.node };
        const mcp = await openSession({ ...connecting, id, context, createServer, events, onError });
        return { kind: 'connected', mcp };
      };
      const withoutSession = answerWithoutSession({ ...parts, createServer, around });
      begin ??= receive({ ...parts, connect, eventLimits, withoutSession });
    };
    return {
      load,
      begin: async (exchange) => begin?.(exchange),
      health: async () => ({ kind: 'up' }),
      stop: async () => undefined,
    };
  };
