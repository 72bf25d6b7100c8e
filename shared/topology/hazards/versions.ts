import type { Found } from '../../found.ts';
import { hasFeature, isTried, sinceOf } from '../../traefik/minors.ts';
import type { Hazard } from '../hazard.ts';
import type { Topology } from '../topology.ts';

/** Settings that the topology's Traefik version lacks are not written: it would refuse the whole file. */
export const versionHazards = ({ traefik, cookie }: Topology): Found<Hazard> => [
  isTried(traefik) ? undefined : notTried(traefik),
  cookie.path !== undefined && !hasFeature(traefik, 'cookiePath')
    ? lacks(
        'cookie.path',
        `${traefik} does not support it, only ${sinceOf('cookiePath')} and later: the cookie is sent to every path`,
      )
    : undefined,
  cookie.domain !== undefined && !hasFeature(traefik, 'cookieDomain')
    ? lacks(
        'cookie.domain',
        `${traefik} does not support it, only ${sinceOf('cookieDomain')} and later: each host has its own cookie`,
      )
    : undefined,
];

const lacks = (path: string, message: string): Hazard => ({
  name: 'traefik-lacks',
  severity: 'warning',
  path,
  message: `it is left out, because Traefik ${message}`,
  remedy: 'remove it, or set the key traefik to a newer version once that is what runs',
});

const notTried = (traefik: string): Hazard => ({
  name: 'traefik-not-tried',
  severity: 'warning',
  path: 'traefik',
  message: `no release of Traefik ${traefik} has been tested with these files`,
  remedy: 'test yours with npm run dev -- --traefik, or use another minor version',
});
