import type { EventLimits } from '../../core/event-buffer.ts';
import type { CreateServer } from '../../mcp/open-session.ts';
import type { Exchange, MakeHost } from '../session-host.ts';

export type OwnHostOptions = { readonly createServer: CreateServer; readonly eventLimits: EventLimits };

/** Sessions of the MCP SDK in the memory of this process. The SDK is read after the start: see `load`. */
export const ownHost =
  (options: OwnHostOptions): MakeHost =>
  (parts) => {
    let begin: ((exchange: Exchange) => Promise<void>) | undefined;
    return {
      load: async () => {
        begin ??= (await import('./receive.ts')).receive({ ...options, ...parts });
      },
      begin: async (exchange) => begin?.(exchange),
      health: async () => ({ kind: 'up' }),
      stop: async () => undefined,
    };
  };
