import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type { StateKeys } from '../core/shared-keys.ts';
import type { Principal } from '../host/session-host.ts';
import type { Changes, EventBus } from '../state/event-bus.ts';
import type { HeldState } from '../state/held-state.ts';

/** What a server is made for: one session, or one request of the protocol without sessions. */
export type ServerContext = SharedServices & {
  /** Its id; empty where there is none. */
  readonly session: string;
  readonly node: string;
  /** Aborted when the session or the request ends, for any reason: for workers, timers and files that belong to it. */
  readonly ended: AbortSignal;
  /** `name/version`, as given by the client. */
  readonly client: string;
  /** The authenticated caller; for a session, the one who opened it. */
  readonly principal: Principal | undefined;
  /** What an authenticator in this process says about that caller. Each tool call has its own `authInfo`. */
  readonly auth: AuthInfo | undefined;
  /** The request that the server is made for, without its body. The host in its URL is not the requested one. */
  readonly request: Request;
};

/** In a session each call has its own request. */
export const onlyRequestOf = ({ session, request }: ServerContext): Request | undefined =>
  session === '' ? request : undefined;

/** What a node provides to every server. */
export type SharedServices = {
  /** Storage of `handles` and `addTask`. */
  readonly state: HeldState;
  /** The keys of `requestState`. */
  readonly stateKeys: StateKeys;
  /** Notifies listening clients, on any node, that a list or a resource has changed. */
  readonly changes: Changes;
  /** Where tasks publish their changes. */
  readonly bus: EventBus;
};
