import makeFetchCookie from 'fetch-cookie';
import { CookieJar } from 'tough-cookie';

export type FetchLike = (url: string | URL, init?: RequestInit) => Promise<Response>;

export type CookieFetchOptions = {
  /** Keep one jar as long as the client runs: a new session needs the cookies of the previous one. */
  readonly jar?: CookieJar;
  readonly fetch?: FetchLike;
};

/** A fetch that keeps cookies, as browsers do. Most MCP clients keep none without it. */
export const cookieFetch = ({ jar = new CookieJar(), fetch = globalThis.fetch }: CookieFetchOptions = {}): FetchLike =>
  // With rejectPublicSuffixes, a jar refuses hosts without a dot, which private networks use.
  makeFetchCookie(fetch as typeof globalThis.fetch, jar) as FetchLike;
