import type { HeaderList } from '../../core/request/header-list.ts';

export type AuthCall = {
  readonly address: URL;
  readonly method: string;
  readonly headers: HeaderList;
  readonly body: Buffer | undefined;
  /** -1: no limit. */
  readonly maxResponseBodySize: number;
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal;
};

export type AuthAnswer = { readonly status: number; readonly headers: HeaderList; readonly body: Buffer };

/** Calls the authentication service. Redirects are not followed. Rejects without a complete response. */
export type FetchAuth = (call: AuthCall) => Promise<AuthAnswer | 'too-large'>;
