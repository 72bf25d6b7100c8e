import type { Found } from '../../found.ts';
import { servingEntryPoints } from '../../traefik/entry-points.ts';
import type { Hazard } from '../hazard.ts';
import type { Topology } from '../topology.ts';

export const cookieHazards = (topology: Topology): Found<Hazard> => {
  if (topology.affinity === 'session-id') return undefined;
  return [
    overPlainHttp(topology),
    topology.affinity === 'cookie' ? cookieOnly : undefined,
    attributes(topology),
    whereItIsSent(topology),
    shared(topology),
  ];
};

const overPlainHttp = (topology: Topology): Found<Hazard> => {
  const serving = servingEntryPoints(topology);
  const plain = serving.filter((name) => topology.entryPoints[name]?.tls === false);
  const encrypted = serving.length > plain.length;
  if (!topology.cookie.secure) return serving.length > 0 && plain.length === 0 ? needlesslyOpen : undefined;
  return plain.map((name) => {
    const behind = (topology.entryPoints[name]?.trustedIPs.length ?? 0) > 0;
    return secureOverHttp(name, { severity: encrypted || behind ? 'warning' : 'error', behind });
  });
};

const secureOverHttp = (
  name: string,
  { severity, behind }: { readonly severity: Hazard['severity']; readonly behind: boolean },
): Hazard => ({
  name: 'secure-over-http',
  severity,
  path: `entryPoints.${name}`,
  message: `${name} is plain HTTP, and clients do not send a secure cookie over it: each request would go to another node`,
  remedy: behind
    ? 'fine if the balancers in front of it speak HTTPS to the clients; else add tls'
    : 'add tls: true, or redirectTo an entry point that has it; on a laptop set cookie.secure: false',
});

const needlesslyOpen: Hazard = {
  name: 'not-secure',
  severity: 'warning',
  path: 'cookie.secure',
  message: 'every entry point uses TLS, but clients may also send the cookie over plain HTTP',
  remedy: 'set cookie.secure: true',
};

const cookieOnly: Hazard = {
  name: 'cookie-only',
  severity: 'warning',
  path: 'affinity',
  message:
    'most MCP clients drop cookies (the SDKs for TypeScript, Go, Rust and Java): with several nodes they fail to connect',
  remedy: 'set affinity: both, with nodes whose session ids begin with their name',
};

const attributes = ({ cookie, cors, hosts }: Topology): Found<Hazard> => [
  cookie.sameSite === 'none' && !cookie.secure ? noneNotSecure : undefined,
  cookie.name.startsWith('__Host-') && (!cookie.secure || cookie.path !== '/' || cookie.domain !== undefined)
    ? prefixRefused('__Host-', 'secure: true, path: / and no domain')
    : undefined,
  cookie.name.startsWith('__Secure-') && !cookie.secure ? prefixRefused('__Secure-', 'secure: true') : undefined,
  cookie.maxAge < 0 ? expiresAtOnce : undefined,
  cookie.sameSite !== 'none' && cors.origins.some((origin) => !sameSite(origin, hosts)) ? crossSite : undefined,
];

const noneNotSecure: Hazard = {
  name: 'none-not-secure',
  severity: 'error',
  path: 'cookie.sameSite',
  message: 'browsers reject a cookie with sameSite: none that is not secure',
  remedy: 'set secure: true, or sameSite: strict',
};

const prefixRefused = (start: string, needed: string): Hazard => ({
  name: 'cookie-prefix',
  severity: 'error',
  path: 'cookie.name',
  message: `clients reject a cookie whose name begins with ${start} unless it has ${needed}`,
  remedy: `set ${needed}, or choose another name`,
});

const expiresAtOnce: Hazard = {
  name: 'expires-at-once',
  severity: 'error',
  path: 'cookie.maxAge',
  message: 'a negative maxAge tells clients to delete the cookie at once',
  remedy: 'remove it: clients then keep the cookie until they exit',
};

/** The last two labels are a good enough guess of the site for a warning. */
const sameSite = (origin: string, hosts: readonly string[]): boolean => {
  // Any origin: not one of ours.
  if (origin === '*') return false;
  const site = siteOf(new URL(origin).hostname);
  return hosts.length === 0 || hosts.some((host) => siteOf(host) === site);
};
const siteOf = (host: string): string => host.split('.').slice(-2).join('.');

const crossSite: Hazard = {
  name: 'cross-site',
  severity: 'warning',
  path: 'cookie.sameSite',
  message: 'browsers do not send this cookie from pages of another site; such pages are pinned by the session id alone',
  remedy: 'fine with affinity: both; else set sameSite: none and secure: true',
};

const whereItIsSent = ({ cookie, prefix, hosts }: Topology): Found<Hazard> => [
  cookie.path !== undefined && !pathMatches(cookie.path, prefix) ? neverSent(cookie.path, prefix) : undefined,
  hosts.map((host) =>
    cookie.domain === undefined || domainMatches(cookie.domain, host) ? undefined : neverKept(cookie.domain, host),
  ),
];

/** RFC 6265, section 5.1.4. */
const pathMatches = (cookiePath: string, path: string): boolean =>
  cookiePath === '/' || path === cookiePath || path.startsWith(`${cookiePath}/`);

const neverSent = (path: string, prefix: string): Hazard => ({
  name: 'cookie-path',
  severity: 'error',
  path: 'cookie.path',
  message: `clients send a cookie with the path ${path} only to paths below it, so never to ${prefix}`,
  remedy: `remove it, or set it to ${prefix}`,
});

/** RFC 6265, section 5.1.3. */
const domainMatches = (domain: string, host: string): boolean => {
  const [wanted, given] = [domain.toLowerCase(), host.toLowerCase()];
  return given === wanted || given.endsWith(`.${wanted}`);
};

const neverKept = (domain: string, host: string): Hazard => ({
  name: 'cookie-domain',
  severity: 'error',
  path: 'cookie.domain',
  message: `clients of ${host} reject a cookie for the domain ${domain}`,
  remedy: 'remove it: the cookie then belongs to the host that set it',
});

/**
 * Nodes of two deployments have the same names, and so the same cookies. The deployment's name in the value would not
 * help: each would still overwrite the other's.
 */
const shared = ({ cookie, prefix }: Topology): Hazard | undefined => {
  const besideOthers = cookie.domain !== undefined || (!ALONE.prefixes.includes(prefix) && cookie.path === undefined);
  return cookie.name === ALONE.name && besideOthers ? sharedCookie(cookie.domain ?? 'this host') : undefined;
};

const ALONE = { name: '_mcp_backend', prefixes: ['/', '/mcp'] };

const sharedCookie = (where: string): Hazard => ({
  name: 'shared-cookie',
  severity: 'warning',
  path: 'cookie.name',
  message: `${ALONE.name} is sent to every deployment under ${where}: another one takes our n1 for its own, and overwrites this cookie`,
  remedy: 'if there is another one, give each its own cookie.name',
});
