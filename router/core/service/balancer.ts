import { cookieValue, legacyCookieValues } from '../../../shared/traefik/cookie-value.ts';
import type { CookieConfig } from '../model.ts';
import type { Request } from '../request/request.ts';
import { readCookie } from './cookie-header.ts';
import type { PinReason } from './service.ts';
import { setCookieWriter } from './set-cookie.ts';
import type { Member, Strategy } from './strategy.ts';

/** How a member was chosen, and the cookie the client gets. */
export type Pin = { readonly reason: PinReason; readonly setCookies: readonly string[] };

export type BalancerParts<M extends Member, T> = {
  readonly strategy: Strategy<M>;
  /** The strategy's name, for services without a cookie. */
  readonly reason: PinReason;
  /** `name` is the final name of the cookie. */
  readonly sticky: { readonly name: string; readonly cookie: CookieConfig } | undefined;
  /** Built once for each member and reason: a request only looks up its outcome. */
  outcome(member: M, pin: Pin): T;
};

type Balancer<T> = (request: Request) => T | undefined;
type Pinned<M, T> = { readonly member: M; readonly outcome: T };

const NONE: readonly string[] = [];

/** The member named by the client's cookie, if it is up; else the strategy's choice, which goes into a new cookie. */
export const createBalancer = <M extends Member, T>(parts: BalancerParts<M, T>): Balancer<T> => {
  const { strategy, reason, sticky } = parts;
  if (sticky !== undefined) return createStickyBalancer(parts, sticky);
  const outcomes = new Map(
    strategy.members.map((member) => [member, parts.outcome(member, { reason, setCookies: NONE })]),
  );
  return (request) => {
    const chosen = strategy.next(request);
    return chosen && outcomes.get(chosen);
  };
};

const createStickyBalancer = <M extends Member, T>(
  { strategy, outcome }: BalancerParts<M, T>,
  { name, cookie }: { name: string; cookie: CookieConfig },
): Balancer<T> => {
  const { members } = strategy;
  const write = setCookieWriter(name, cookie);
  const lines = new Map(members.map((member) => [member, [write(cookieValue(member.name))]]));
  const choices = (reason: PinReason): ReadonlyMap<M, T> =>
    new Map(members.map((member) => [member, outcome(member, { reason, setCookies: lines.get(member)! })]));
  const rewritten = choices('legacy-cookie');
  const fresh = { none: choices('no-cookie'), unknown: choices('unknown-cookie'), down: choices('pinned-server-down') };

  const pins = new Map<string, Pinned<M, T>>();
  // Of members with the same name the last one wins, and current cookie values win over legacy ones.
  for (const member of members)
    for (const value of legacyCookieValues(member.name)) pins.set(value, { member, outcome: rewritten.get(member)! });
  for (const member of members)
    pins.set(cookieValue(member.name), { member, outcome: outcome(member, { reason: 'cookie', setCookies: NONE }) });

  return (request) => {
    const value = readCookie(request.headers, name);
    const pinned = value === undefined ? undefined : pins.get(value);
    if (pinned?.member.isUp()) return pinned.outcome;
    const chosen = strategy.next(request);
    if (chosen === undefined) return undefined;
    return (value === undefined ? fresh.none : pinned === undefined ? fresh.unknown : fresh.down).get(chosen);
  };
};
