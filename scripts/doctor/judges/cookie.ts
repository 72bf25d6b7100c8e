/** Is there a cookie that pins, and does it come back? */
import { type Found, foundIn } from '../../../shared/found.ts';
import { type SetCookie, stickyAmong, withheld } from '../cookie.ts';
import type { Facts } from '../facts.ts';
import { type Finding, type Fix, goodFinding, type Severity } from '../finding.ts';
import { cookiesOf } from '../reply.ts';
import { placeOf } from '../session.ts';
import { sawOneNode, sticks } from './affinity.ts';

export const stickyCookie = ({ first, topology }: Facts): SetCookie | undefined =>
  stickyAmong(cookiesOf(first), topology?.cookie.name);

export const judgeCookie = (facts: Facts): Found<Finding> => {
  if (facts.withCookies === undefined) return undefined;
  const cookie = stickyCookie(facts);
  if (cookie === undefined) return needsNone(facts) ? noCookie : undefined;
  const cookieNames = cookiesOf(facts.first).filter(({ name }) => name === cookie.name);
  const lost = notReturned(cookie, facts);
  const found = foundIn([
    lost,
    attributes(cookie, facts),
    cookieNames.length > 1 ? sameName(cookie) : ignored(cookie, facts),
  ]);
  return found.length > 0 ? found : good(cookie);
};

/** If the topology has a cookie, a missing one is reported as a difference from it. */
const needsNone = (facts: Facts): boolean =>
  sticks(facts.withoutCookies) &&
  !sawOneNode(facts) &&
  (facts.topology === undefined || facts.topology.affinity === 'session-id');

const noCookie: Finding = {
  id: 'no-cookie',
  severity: 'note',
  seen: 'no cookie is set, and sessions stick by their ids',
  why: 'this is enough: a cookie would be a second way, for clients that keep cookies',
  fix: { topology: 'affinity: both' },
};

const good = ({ name, secure, httpOnly, sameSite, path }: SetCookie): Finding =>
  goodFinding({
    id: 'cookie',
    seen: `${name} is set: Path=${path ?? '(none)'}${httpOnly ? ', HttpOnly' : ''}${secure ? ', Secure' : ''}${sameSite ? `, SameSite=${sameSite}` : ''}`,
    why: 'a correct client sends it back to the endpoint',
  });

type Lost = {
  readonly id: string;
  seen(cookie: SetCookie, facts: Facts): string;
  readonly why: string;
  readonly fix: Fix;
};

const NOT_RETURNED: Readonly<Record<NonNullable<ReturnType<typeof withheld>>, Lost>> = {
  secure: {
    id: 'secure-over-http',
    seen: ({ name }) => `${name} is Secure, and was set over plain HTTP`,
    why: 'a correct client does not send it back over http; some do on localhost, which hides the problem until production',
    fix: {
      topology: 'cookie.secure: false, or an entry point with tls',
      traefik: 'sticky.cookie.secure: false, or tls on the router',
    },
  },
  path: {
    id: 'cookie-path',
    seen: ({ name, path }, { target }) => `${name} has Path=${path}, and the endpoint is ${target.path}`,
    why: 'clients do not send it to the endpoint',
    fix: { topology: 'cookie.path: the prefix, or leave it out', traefik: 'sticky.cookie.path: /mcp' },
  },
  domain: {
    id: 'cookie-domain',
    seen: ({ name, domain }, { target }) => `${name} has Domain=${domain}, and the host is ${target.host}`,
    why: 'clients refuse it',
    fix: { topology: 'leave cookie.domain out', traefik: 'leave sticky.cookie.domain out' },
  },
  expired: {
    id: 'expires-at-once',
    seen: ({ name, maxAge }) => `${name} has Max-Age=${maxAge}`,
    why: 'clients drop it at once',
    fix: { topology: 'cookie.maxAge: 0 (as long as the client runs)', traefik: 'sticky.cookie.maxAge: 0' },
  },
};

/** Where ids pin sessions as well, a lost cookie does no harm. */
const notReturned = (cookie: SetCookie, facts: Facts): Found<Finding> => {
  const why = withheld(cookie, placeOf(facts.target));
  if (why === undefined) return undefined;
  const { id, seen, why: means, fix } = NOT_RETURNED[why];
  const severity: Severity = sticks(facts.withoutCookies) ? 'warning' : 'problem';
  return { id, severity, seen: seen(cookie, facts), why: means, fix };
};

const attributes = ({ name, secure, httpOnly, sameSite }: SetCookie, { target }: Facts): Found<Finding> => {
  const found: Finding[] = [];
  const add = (id: string, severity: Severity, rest: Pick<Finding, 'seen' | 'why' | 'fix'>): void =>
    void found.push({ id, severity, ...rest });
  if (sameSite === 'none' && !secure)
    add('none-not-secure', 'problem', {
      seen: `${name} says SameSite=None and not Secure`,
      why: 'browsers refuse such a cookie',
      fix: { topology: 'cookie.sameSite: strict', traefik: 'sticky.cookie.sameSite: strict' },
    });
  if (target.secure && !secure)
    add('not-secure', 'warning', {
      seen: `${name} is not Secure, though the endpoint has TLS`,
      why: 'a client that is redirected to http:// sends it unencrypted',
      fix: { topology: 'cookie.secure: true', traefik: 'sticky.cookie.secure: true' },
    });
  if (!httpOnly)
    add('not-http-only', 'warning', {
      seen: `${name} is not HttpOnly`,
      why: 'scripts of a page can read it and change it',
      fix: { topology: 'cookie.httpOnly: true', traefik: 'sticky.cookie.httpOnly: true' },
    });
  if (sameSite === undefined)
    add('no-same-site', 'warning', {
      seen: `${name} has no SameSite`,
      why: 'it depends on the browser whether requests of other sites have it',
      fix: { topology: 'cookie.sameSite: strict', traefik: 'sticky.cookie.sameSite: strict' },
    });
  return found;
};

const sameName = ({ name }: SetCookie): Finding => ({
  id: 'same-name-cookies',
  severity: 'problem',
  seen: `one answer sets ${name} twice`,
  why: 'the second replaces the first: the proxy gets back a cookie that is not its own',
  fix: {
    topology: 'another cookie.name',
    traefik: 'another sticky.cookie.name for one of them',
    node: `no cookie called ${name} of the server's own`,
  },
});

/** A pinning cookie, sent alone, leads to its node and is not replaced. */
const ignored = ({ name, value }: SetCookie, { cookieAlone }: Facts): Found<Finding> => {
  const replaced = cookieAlone.filter((reply) =>
    cookiesOf(reply).some((other) => other.name === name && other.value !== value),
  );
  if (replaced.length === 0) return undefined;
  return {
    id: 'cookie-ignored',
    severity: 'problem',
    seen: `${name} was sent back ${cookieAlone.length} times, and replaced by another one ${replaced.length} times`,
    why: 'its node does not take new sessions (any more): it is full, draining, down or has weight 0, or another service uses the same cookie name',
    fix: {
      topology: 'to take a node out: state: draining (npm run drain), never a weight',
      traefik: 'no weight: 0 on a server that has sessions; one cookie name for each service',
    },
  };
};
