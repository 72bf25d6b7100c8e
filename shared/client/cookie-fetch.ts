import makeFetchCookie from 'fetch-cookie';
import { CookieJar } from 'tough-cookie';

export type FetchLike = (url: string | URL, init?: RequestInit) => Promise<Response>;

export type CookieFetchOptions = {
  /** One jar for as long as the client runs: a new session must find the cookies of the one before. */
  readonly jar?: CookieJar;
  readonly fetch?: FetchLike;
};

/** A fetch that keeps cookies, as browsers do; most MCP clients keep none unless they are given one like this. */
export const cookieFetch = ({ jar = new CookieJar(), fetch = globalThis.fetch }: CookieFetchOptions = {}): FetchLike =>
  // With rejectPublicSuffixes a jar refuses hosts without a dot, such as those of a private network.
  makeFetchCookie(fetch as typeof globalThis.fetch, jar) as FetchLike;
