/** The minor versions of Traefik 3, and what the older ones lack of all that we write. Tried on a release of each. */
export const TRAEFIK_MINORS = ['3.0', '3.1', '3.2', '3.3', '3.4', '3.5', '3.6', '3.7'] as const;
export type TraefikMinor = (typeof TRAEFIK_MINORS)[number];

/** What the router is the same as, and the parity cases were measured on; another version is no judge. */
export const TRAEFIK_VERSION = '3.7.15';

/** One of each minor, as `npm run minors` tries them. 3.1 is in no registry that we can install it from. */
export const TRIED_RELEASES = ['3.0.4', '3.2.3', '3.3.6', '3.4.3', '3.5.3', '3.6.15', TRAEFIK_VERSION] as const;

/** By the first that has it. A key that a version does not know costs it the whole file. */
const SINCE = {
  /** The cookie's value by SHA-256; FNV-1 before, which later ones still take. */
  sha256Cookies: '3.3',
  cookiePath: '3.3',
  cookieDomain: '3.4',
  /** A failover by status, which on Kubernetes is in place of a health check. */
  failoverErrors: '3.7',
} as const satisfies Readonly<Record<string, TraefikMinor>>;

export const sinceOf = (what: keyof typeof SINCE): TraefikMinor => SINCE[what];

export const hasFeature = (minor: TraefikMinor, what: keyof typeof SINCE): boolean =>
  TRAEFIK_MINORS.indexOf(minor) >= TRAEFIK_MINORS.indexOf(SINCE[what]);

/** Undefined: of no minor that we know. */
export const minorOf = (version: string): TraefikMinor | undefined =>
  TRAEFIK_MINORS.find((minor) => version.startsWith(`${minor}.`));

export const isTried = (minor: TraefikMinor): boolean => TRIED_RELEASES.some((release) => minorOf(release) === minor);
