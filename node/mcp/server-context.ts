import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type { StateKeys } from '../core/shared-keys.ts';
import type { Principal } from '../host/session-host.ts';
import type { Changes, EventBus } from '../state/event-bus.ts';
import type { HeldState } from '../state/held-state.ts';

/** What a server is made for: one session, or, in the era without sessions, one request. */
export type ServerContext = Surroundings & {
  /** Its id; empty where there is none. */
  readonly session: string;
  readonly node: string;
  /** Aborted when the session ends, or the request, however it ends: for workers, timers and files that belong to it. */
  readonly ended: AbortSignal;
  /** `name/version`, as the client calls itself. */
  readonly client: string;
  /** Who calls, where somebody authenticates: of a session, who opened it. */
  readonly principal: Principal | undefined;
  /** What an authenticator in this process says of that caller. A tool is called with its own `authInfo`. */
  readonly auth: AuthInfo | undefined;
  /** That the server is made for, without its body; the host in its URL is not the one that was asked for. */
  readonly request: Request;
};

/** In a session each call is a request of its own. */
export const onlyRequestOf = ({ session, request }: ServerContext): Request | undefined =>
  session === '' ? request : undefined;

/** What a node has for every server. */
export type Surroundings = {
  /** What `handles` and `addTask` keep here. */
  readonly state: HeldState;
  /** What `requestState` seals with. */
  readonly stateKeys: StateKeys;
  /** Tells clients that listen, at any node, that a list or a resource has changed. */
  readonly changes: Changes;
  /** Where tasks tell of themselves. */
  readonly bus: EventBus;
};
