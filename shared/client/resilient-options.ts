import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { ClientCapabilities, Implementation } from '@modelcontextprotocol/sdk/types.js';
import type { BackOff } from './back-off.ts';
import type { FetchLike } from './cookie-fetch.ts';
import type { Gone } from './session-link.ts';

export type ClientEvent =
  | { readonly kind: 'opened'; readonly session: string | undefined }
  | ({ readonly kind: 'gone' } & Gone)
  | { readonly kind: 'waiting'; readonly ms: number; readonly why: string }
  | { readonly kind: 'reopened'; readonly session: string | undefined; readonly attempts: number }
  | { readonly kind: 'replayed'; readonly what: string; readonly why: string }
  | { readonly kind: 'lost'; readonly what: string }
  | { readonly kind: 'closed' };

export type ResilientOptions = {
  readonly url: string;
  readonly info?: Implementation;
  readonly capabilities?: ClientCapabilities;
  /** Else one with a cookie jar of its own. */
  readonly fetch?: FetchLike;
  readonly backOff?: Partial<BackOff>;
  /** For every new Client before it connects: handlers of notifications and requests. */
  readonly prepare?: (client: Client) => void;
  /**
   * A new session knows nothing of the old one: subscribe again, set the logging level again, on the Client that it is given.
   * All calls wait for it.
   */
  readonly onReopened?: (client: Client) => Promise<void> | void;
  readonly onEvent?: (event: ClientEvent) => void;
  readonly random?: () => number;
};
