import type { EventLimits } from '../../core/event-buffer.ts';
import type { CreateServer } from '../../mcp/open-session.ts';
import type { Exchange, MakeHost } from '../session-host.ts';
import type { Connect } from '../streams/start-session.ts';

export type OwnHostOptions = { readonly createServer: CreateServer; readonly eventLimits: EventLimits };

/** Sessions of the MCP SDK in the memory of this process. The SDK is read after the start: see `load`. */
export const ownHost =
  ({ createServer, eventLimits }: OwnHostOptions): MakeHost =>
  (parts) => {
    let begin: ((exchange: Exchange) => Promise<void>) | undefined;
    const load = async (): Promise<void> => {
      const [{ receive }, { openSession }] = await Promise.all([
        import('../streams/receive.ts'),
        import('../../mcp/open-session.ts'),
      ]);
      const onError = (error: Error): void => parts.log.debug({ err: error }, 'the SDK tells of an error in a session');
      const connect: Connect = async ({ session: { id, events }, ...connecting }) => ({
        kind: 'connected',
        mcp: await openSession({ ...connecting, id, node: parts.node, createServer, events, onError }),
      });
      begin ??= receive({ ...parts, connect, eventLimits });
    };
    return {
      load,
      begin: async (exchange) => begin?.(exchange),
      health: async () => ({ kind: 'up' }),
      stop: async () => undefined,
    };
  };
