/** One request under way, over whichever transport, and a client that may leave before its answer is whole. */
import type { Ended } from './raw-client.ts';

export type TransportName = 'HTTP/1.1' | 'TLS' | 'HTTP/2';

export type Ask = {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** There is more of the body to come, and it never does: of a length that was told, or of none. */
  readonly unfinished?: 'sized' | 'chunked';
};

export type Asked = {
  readonly status: number | undefined;
  readonly body: string;
  readonly interim: readonly number[];
  readonly closed: boolean;
  /** Waits until the answer has come so far; false when it does not in time. */
  until(test: (asked: Asked) => boolean, timeout?: number): Promise<boolean>;
  /** Reads no more from the connection. */
  pause(): void;
  resume(): void;
  leave(how: Leave): void;
  /** How the other side ended the connection, or that it has not. */
  whenClosed(timeout?: number): Promise<Ended>;
  /** Ends whatever is left. */
  close(): void;
};

/**
 * A farewell is the end of what the client sends; a cut closes the connection without a word, a reset as a crash does.
 * Over HTTP/2 there are two more: one stream, or the whole session, is given up.
 */
export type Leave = 'farewell' | 'cut' | 'reset' | 'cancel' | 'goaway';

/** What a body that never ends says of its length. */
export const UNFINISHED_LENGTH = 100_000_000;
