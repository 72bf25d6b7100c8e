import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether only this machine can connect to it. */
export const isLoopback = (host: string): boolean => {
  if (host === 'localhost') return true;
  const family = isIP(host);
  return family !== 0 && LOOPBACK.check(host, family === 6 ? 'ipv6' : 'ipv4');
};

/** `8090`, `127.0.0.1:8090`, `[::1]:8090`, `:8090` or a host alone; undefined for anything else. */
export const parseAddress = (text: string): { readonly host?: string; readonly port?: number } | undefined => {
  const match = /^(?:(\[[^\]]+\]|[^:\s]*):)?(\d{1,5})$/.exec(text) ?? /^(\[[^\]]+\]|[^:\s]+)$/.exec(text);
  if (match === null) return undefined;
  const host = match[1]?.replace(/^\[|\]$/g, '');
  const port = match[2] === undefined ? undefined : Number(match[2]);
  if (port !== undefined && port > 65535) return undefined;
  return { ...(host && { host }), ...(port !== undefined && { port }) };
};
