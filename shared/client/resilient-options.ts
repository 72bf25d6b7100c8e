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
  /** Default: a fetch with its own cookie jar. */
  readonly fetch?: FetchLike;
  readonly backOff?: Partial<BackOff>;
  /** Called with each new Client before it connects, to set handlers of notifications and requests. */
  readonly prepare?: (client: Client) => void;
  /**
   * A new session has no state of the old one: subscribe and set the logging level again, on the given Client. All
   * calls wait for it.
   */
  readonly onReopened?: (client: Client) => Promise<void> | void;
  readonly onEvent?: (event: ClientEvent) => void;
  readonly random?: () => number;
};
