import { isIPv6 } from 'node:net';
import type { IpStrategyConfig } from '../../core/model.ts';
import { type AddressSet, compileAddressSet, withoutZone } from '../../core/request/address-set.ts';
import type { Request } from '../../core/request/request.ts';
import { type Failed, isFailed } from './built.ts';

/** The address to use for the client; '' when there is none. */
export type IpStrategy = { readonly of: (request: Request) => string };

/** The first one that is set wins: depth, excluded addresses, the peer itself. */
export const compileIpStrategy = (config: IpStrategyConfig | undefined): IpStrategy | Failed => {
  if (config === undefined) return { of: peer };
  const { depth, excludedIPs, ipv6Subnet } = config;
  if (depth <= 0 && excludedIPs.length > 0) {
    const excluded = compileAddressSet(excludedIPs);
    return isFailed(excluded) ? excluded : { of: (request) => lastNotIn(excluded, request) };
  }
  if (ipv6Subnet !== undefined && (ipv6Subnet <= 0 || ipv6Subnet > 128))
    return { error: `invalid IPv6 subnet ${ipv6Subnet} value, should be greater to 0 and lower or equal to 128` };
  const of = depth > 0 ? (request: Request) => fromTheRight(depth, request) : peer;
  return ipv6Subnet === undefined ? { of } : { of: (request) => startOfSubnet(of(request), ipv6Subnet) };
};

const peer = (request: Request): string => request.remoteAddress;

/** Last to first. The peer's address is not among them yet: it is added when the request is forwarded. */
function* forwardedFor(request: Request): Generator<string> {
  const line = request.headers.get('x-forwarded-for') ?? '';
  for (let end = line.length; end >= 0; ) {
    const comma = end === 0 ? -1 : line.lastIndexOf(',', end - 1);
    yield line.slice(comma + 1, end).trim();
    end = comma;
  }
}

const fromTheRight = (depth: number, request: Request): string => {
  let left = depth;
  for (const address of forwardedFor(request)) if (--left === 0) return address;
  return '';
};

const lastNotIn = (excluded: AddressSet, request: Request): string => {
  for (const address of forwardedFor(request)) if (address !== '' && !excluded.contains(address)) return address;
  return '';
};

/** The first address of the IPv6 subnet; IPv4 is unchanged. */
const startOfSubnet = (address: string, bits: number): string => {
  const plain = withoutZone(address);
  if (!isIPv6(plain)) return address;
  return groupsOf(plain)
    .map((group, i) => (group & (0xffff << Math.max(0, 16 - Math.max(0, bits - 16 * i))) & 0xffff).toString(16))
    .join(':');
};

const groupsOf = (address: string): number[] => {
  const [head = '', tail] = address.split('::');
  const before = groups(head);
  if (tail === undefined) return before;
  const after = groups(tail);
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
};

const groups = (text: string): number[] =>
  text === ''
    ? []
    : text.split(':').flatMap((group) => (group.includes('.') ? pair(group) : Number.parseInt(group, 16)));

/** The IPv4 part at the end of an IPv6 address. */
const pair = (address: string): number[] => {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return [a * 256 + b, c * 256 + d];
};
