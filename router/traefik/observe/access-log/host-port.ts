/** As Go's net.SplitHostPort; what has no port is all host, and its port is written `-`. */
export const splitHostPort = (text: string): { host: string; port: string } => {
  const found = HOST_PORT.exec(text);
  return found === null ? { host: text, port: '-' } : { host: found[1] ?? found[2] ?? '', port: found[3] ?? '' };
};

const HOST_PORT = /^(?:\[([^\][]*)\]|([^:\][]*)):([^:\][]*)$/;

export const joinHostPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** The part of a URL between `//` and the path, as written: a default port that is spelled out stays. */
export const authorityOf = (url: string): string => /^[^:]*:\/\/(?:[^/?#@]*@)?([^/?#]*)/.exec(url)?.[1] ?? '';
