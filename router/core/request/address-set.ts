import { BlockList, isIP } from 'node:net';

/** Addresses and CIDR ranges, parsed once because every request is checked against them. */
export type AddressSet = { contains(address: string): boolean };

/** `error` is Go's message for the first invalid range. */
export const compileAddressSet = (ranges: readonly string[]): AddressSet | { readonly error: string } => {
  const list = new BlockList();
  for (const range of ranges)
    if (!addRange(list, range)) return { error: `parsing CIDR trusted IPs <nil>: invalid CIDR address: ${range}` };
  return {
    contains: (address) => {
      const plain = withoutZone(address);
      const family = isIP(plain);
      return family !== 0 && list.check(plain, family === 4 ? 'ipv4' : 'ipv6');
    },
  };
};

/** Link-local addresses may have a zone: `fe80::1%eth0`. */
export const withoutZone = (address: string): string => {
  const zone = address.indexOf('%');
  return zone < 0 ? address : address.slice(0, zone);
};

const addRange = (list: BlockList, range: string): boolean => {
  const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(range) ?? [];
  const version = isIP(address);
  if (version === 0 || address.includes('%')) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (bits === undefined) list.addAddress(address, family);
  else if (Number(bits) > (version === 4 ? 32 : 128)) return false;
  else list.addSubnet(address, Number(bits), family);
  return true;
};
