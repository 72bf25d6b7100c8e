import { STATUS_CODES } from 'node:http';
import { addressRanges } from '../address-range.ts';
import { checked, flag, integer, map, optional, or, text } from '../decoder.ts';
import { allowEmpty, struct } from '../structure.ts';

const subnet = checked(integer, (bits) =>
  bits < 1 || bits > 128
    ? { message: `${bits} is no prefix length of an IPv6 network`, remedy: 'write a number from 1 to 128' }
    : undefined,
);

const ipStrategy = struct({ depth: integer, excludedIPs: addressRanges, ipv6Subnet: optional(subnet) });

export const sourceCriterion = struct({ ipStrategy: optional(ipStrategy), requestHeaderName: text, requestHost: flag });

const FORBIDDEN = 403;
const rejectStatusCode = map(
  checked(integer, (status) =>
    status === 0 || STATUS_CODES[status] !== undefined
      ? undefined
      : { message: `${status} is no HTTP status`, remedy: 'write for example 403 or 404' },
  ),
  (status) => status || FORBIDDEN,
);

export const ipAllowList = struct({
  sourceRange: addressRanges,
  ipStrategy: allowEmpty(ipStrategy),
  rejectStatusCode: or(rejectStatusCode, FORBIDDEN),
});
