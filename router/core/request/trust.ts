import type { EntryPointConfig } from '../static-model.ts';
import { compileAddressSet } from './address-set.ts';

/** Which peers may set X-Forwarded-* headers. */
export const trustOf = ({
  insecure,
  trustedIPs,
}: EntryPointConfig['forwardedHeaders']): ((address: string) => boolean) => {
  if (insecure) return () => true;
  const trusted = compileAddressSet(trustedIPs);
  return 'error' in trusted || trustedIPs.length === 0 ? () => false : trusted.contains;
};
