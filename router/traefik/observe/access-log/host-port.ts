/** As Go's net.SplitHostPort; without a port everything is the host, and the port is `-`. */
export const splitHostPort = (text: string): { host: string; port: string } => {
  const found = HOST_PORT.exec(text);
  return found === null ? { host: text, port: '-' } : { host: found[1] ?? found[2] ?? '', port: found[3] ?? '' };
};

const HOST_PORT = /^(?:\[([^\][]*)\]|([^:\][]*)):([^:\][]*)$/;

export const joinHostPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** The part of a URL between `//` and the path, as written: an explicit default port is kept. */
export const authorityOf = (url: string): string => /^[^:]*:\/\/(?:[^/?#@]*@)?([^/?#]*)/.exec(url)?.[1] ?? '';
