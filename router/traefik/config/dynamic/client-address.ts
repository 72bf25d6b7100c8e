import { addressRanges } from '../address-range.ts';
import { checked, flag, integer, map, optional, orElse, text } from '../decoder.ts';
import { allowEmpty, struct } from '../structure.ts';

const subnet = checked(integer, (bits) =>
  bits < 1 || bits > 128
    ? { message: `${bits} is not an IPv6 prefix length`, remedy: 'write a number from 1 to 128' }
    : undefined,
);

const ipStrategy = struct({ depth: integer, excludedIPs: addressRanges, ipv6Subnet: optional(subnet) });

export const sourceCriterion = struct({ ipStrategy: optional(ipStrategy), requestHeaderName: text, requestHost: flag });

const FORBIDDEN = 403;
/** Traefik only accepts statuses that Go has a text for. */
const KNOWN_STATUSES: readonly (readonly [number, number])[] = [
  [100, 103],
  [200, 208],
  [226, 226],
  [300, 305],
  [307, 308],
  [400, 418],
  [421, 426],
  [428, 429],
  [431, 431],
  [451, 451],
  [500, 508],
  [510, 511],
];
const rejectStatusCode = map(
  checked(integer, (status) =>
    status === 0 || KNOWN_STATUSES.some(([first, last]) => status >= first && status <= last)
      ? undefined
      : { message: `${status} is not an HTTP status`, remedy: 'write for example 403 or 404' },
  ),
  (status) => status || FORBIDDEN,
);

export const ipAllowList = struct({
  sourceRange: addressRanges,
  ipStrategy: allowEmpty(ipStrategy),
  rejectStatusCode: orElse(rejectStatusCode, FORBIDDEN),
});
