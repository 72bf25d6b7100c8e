/** The minor versions of Traefik 3, and which of our settings the older ones lack. Tested on a release of each. */
export const TRAEFIK_MINORS = ['3.0', '3.1', '3.2', '3.3', '3.4', '3.5', '3.6', '3.7'] as const;
export type TraefikMinor = (typeof TRAEFIK_MINORS)[number];

/** The version that the router matches and the parity cases were measured on; other versions are no reference. */
export const TRAEFIK_VERSION = '3.7.15';

/** One of each minor, for `npm run minors`. 3.1 is in no registry that we can install it from. */
export const TRIED_RELEASES = ['3.0.4', '3.2.3', '3.3.6', '3.4.3', '3.5.3', '3.6.15', TRAEFIK_VERSION] as const;

/** The first version with each feature. A version refuses the whole file because of one unknown key. */
const SINCE = {
  /** The cookie's value is SHA-256; before it was FNV-1, which later versions still accept. */
  sha256Cookies: '3.3',
  cookiePath: '3.3',
  cookieDomain: '3.4',
  /** Failover by status, which replaces the health check on Kubernetes. */
  failoverErrors: '3.7',
} as const satisfies Readonly<Record<string, TraefikMinor>>;

export const sinceOf = (what: keyof typeof SINCE): TraefikMinor => SINCE[what];

export const hasFeature = (minor: TraefikMinor, what: keyof typeof SINCE): boolean =>
  TRAEFIK_MINORS.indexOf(minor) >= TRAEFIK_MINORS.indexOf(SINCE[what]);

/** Undefined: an unknown minor version. */
export const minorOf = (version: string): TraefikMinor | undefined =>
  TRAEFIK_MINORS.find((minor) => version.startsWith(`${minor}.`));

export const isTried = (minor: TraefikMinor): boolean => TRIED_RELEASES.some((release) => minorOf(release) === minor);
