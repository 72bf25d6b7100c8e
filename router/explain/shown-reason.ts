import { holderTakenBy, nodeTakenBy } from './node-routes.ts';

type Told = {
  /** The route's name. */
  readonly rule: string | undefined;
  readonly router: string | undefined;
  readonly reason: string;
  readonly steps: readonly { readonly reason: string }[];
};

/** Why a request went where it went, in one word. On a node's own route that is the session id. */
export const shownReason = ({ rule, router, reason, steps }: Told): string => {
  const pin = rule === undefined ? undefined : routePinOf({ name: router, rule });
  // There was no choice, or something happened after it.
  if (pin === undefined || !steps.some((step) => step.reason === reason)) return reason;
  return pinReason(pin, !steps.some((step) => step.reason === 'fallback'));
};

export type RoutePin = { readonly by: 'session-id' | 'handle' | 'cookie'; readonly node: string | undefined };

/** A route that matches on something that names a node leads to that node. */
export const routePinOf = (route: {
  readonly name: string | undefined;
  readonly rule: string;
}): RoutePin | undefined => {
  const node = nodeTakenBy(route);
  if (node !== undefined) return { by: 'session-id', node };
  const holder = holderTakenBy(route);
  if (holder !== undefined) return { by: 'handle', node: holder.node };
  return COOKIE_RULE.test(route.rule) ? { by: 'cookie', node: undefined } : undefined;
};

const COOKIE_RULE = /(?<![!\w])Header(Regexp)?\(\s*[`"]Cookie[`"]/i;

export const pinReason = ({ by, node = 'its node' }: RoutePin, reached: boolean): string =>
  reached ? by : `${by}, but ${node} is down`;
