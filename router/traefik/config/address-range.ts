import { isIP } from 'node:net';
import { textsOf } from './structure.ts';

/** An IP address, or a network such as 10.0.0.0/8. */
export const isAddressRange = (range: string): boolean => {
  const [address = '', bits, ...more] = range.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0 || address.includes('%')) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
};

export const addressRanges = textsOf((range) =>
  isAddressRange(range)
    ? undefined
    : {
        message: `${JSON.stringify(range)} is neither an IP address nor a network`,
        remedy: 'write for example 10.0.0.0/8',
      },
);
