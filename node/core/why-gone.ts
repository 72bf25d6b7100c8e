import type { KnownLocation } from './which-404.ts';

export type GoneFacts = {
  readonly location: KnownLocation;
  readonly what: 'handle' | 'task';
  readonly node: string;
  /** Stock proxies can route it: the id was in a header as well. */
  readonly inHeader: boolean;
  /** Browsers send no handle in a header: a cookie pins a page. */
  readonly fromPage?: boolean;
};

export type Gone = { readonly reason: string; readonly sentence: string };

/** Why a handle or a task is gone, for a model that can open another one: the reason, then what to do. */
export const whyGone = (facts: GoneFacts): Gone => {
  const { location, what } = facts;
  const reason = location.kind;
  return { reason, sentence: `${reason}: ${explain(facts)}${MAY_LIVE.has(location.kind) ? '' : AGAIN[what]}` };
};

const MAY_LIVE: ReadonlySet<string> = new Set(['wrong-node', 'owner-silent', 'unavailable']);
const AGAIN = { handle: ' Open a new one.', task: ' Start it again.' } as const;

const explain = (facts: GoneFacts): string => {
  const { location, what, node } = facts;
  switch (location.kind) {
    case 'wrong-node':
      return `the ${what} is on ${location.owner}, and ${node} was asked. ${wayTo(location.owner, facts)}`;
    case 'owner-silent':
      return `${location.owner} has the ${what}, but does not answer now. Try again in a few seconds.`;
    case 'owner-restarted':
      return `${location.owner} has restarted, so what it held is gone.`;
    case 'owner-gone':
      return `${location.owner} is no longer running, so what it held is gone.`;
    case 'closed':
      return `the ${what} was closed.`;
    case 'expired':
      return `the ${what} has expired.`;
    case 'unknown':
    case 'forgotten':
    case 'server-ended':
      return `no node has this ${what}.`;
    case 'unavailable':
      return `${node} does not have the ${what}, and the registry is not available now. Try again in a few seconds.`;
  }
};

const wayTo = (owner: string, { what, inHeader, fromPage }: GoneFacts): string => {
  const header = what === 'handle' ? 'Mcp-Param-Handle' : 'Mcp-Name';
  if (inHeader) return `${header} names it, but the proxy has no route for it, or considers ${owner} down.`;
  if (fromPage)
    return `The cookie that keeps a page at ${owner} was not sent, or ${owner} is draining. Open a new one.`;
  return `The request came without ${header}: list the tools again and repeat the call.`;
};
