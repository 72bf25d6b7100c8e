/** What Host rules compare: lower case, without a port, IPv6 without its brackets. */
export const canonicalHost = (host: string): string => withoutPort(host).toLowerCase();

const withoutPort = (host: string): string => {
  const colon = host.lastIndexOf(':');
  if (colon < 0) return host;
  if (host.startsWith('[')) {
    const end = host.indexOf(']');
    if (end === host.length - 1 || end === colon - 1) return host.slice(1, end);
    return host;
  }
  return host.indexOf(':') === colon ? host.slice(0, colon) : host;
};

/** The port as written, or undefined. */
export const portOf = (host: string): string | undefined => /^(?:\[[^\]]*\]|[^:]*):(\d+)$/.exec(host)?.[1];

/** Only the characters that Go accepts in a Host header, and no unclosed bracket. */
export const isValidHost = (host: string): boolean =>
  /^[A-Za-z0-9!$%&'()*+,\-.:;=[\]_~]*$/.test(host) && (!host.startsWith('[') || host.includes(']'));
