/** A request in flight over any transport, by a client that may leave before its answer is complete. */
import type { Ended } from './raw-client.ts';

export type TransportName = 'HTTP/1.1' | 'TLS' | 'HTTP/2';

export type Ask = {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The rest of the body never arrives. Its length was announced, or not. */
  readonly unfinished?: 'sized' | 'chunked';
};

export type Asked = {
  readonly status: number | undefined;
  readonly body: string;
  readonly interim: readonly number[];
  readonly closed: boolean;
  /** Waits for this part of the answer; false after a timeout. */
  until(test: (asked: Asked) => boolean, timeout?: number): Promise<boolean>;
  /** Stops reading from the connection. */
  pause(): void;
  resume(): void;
  leave(how: Leave): void;
  /** How the other side ended the connection; `timeout`: it has not. */
  whenClosed(timeout?: number): Promise<Ended>;
  /** Closes whatever is still open. */
  close(): void;
};

/**
 * `farewell`: the client ends its sending side. `cut`: it closes the connection without notice. `reset`: as after a
 * crash. HTTP/2 has two more: the client gives up one stream, or the whole session.
 */
export type Leave = 'farewell' | 'cut' | 'reset' | 'cancel' | 'goaway';

/** The length that a body without an end announces. */
export const UNFINISHED_LENGTH = 100_000_000;
