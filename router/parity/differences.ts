/** Where the router differs from Traefik on purpose; README.md shows this table. */
export type Difference = {
  readonly what: string;
  readonly traefik: string;
  readonly mooring: string;
  readonly why: string;
};

export const DIFFERENCES = {
  'tie-order': {
    what: 'two routers of equal priority that both match',
    traefik: 'one of them, by chance, settled anew at every load',
    mooring: 'the first by name',
    why: 'a route must not change with a reload that does not concern it',
  },
  'half-close': {
    what: 'a client that ends its sending side after the request and waits',
    traefik: '499, because it takes the end for a farewell',
    mooring: 'the answer',
    why: 'HTTP allows it, and nothing is gained by refusing',
  },
  'length-and-chunks': {
    what: 'a request with both Content-Length and chunks',
    traefik: '200, the length is dropped',
    mooring: '400',
    why: 'no honest client sends it, smugglers do',
  },
  'repeated-length': {
    what: 'Content-Length twice with the same value',
    traefik: '200, merged',
    mooring: '400',
    why: 'stricter: what the next program makes of it is not known',
  },
  'transfer-coding': {
    what: 'any Transfer-Encoding but `chunked`',
    traefik: '501',
    mooring: '400',
    why: 'both refuse; Node reads the request before we do',
  },
  'bad-chunk': {
    what: 'a malformed chunk in a body',
    traefik: '500, after the head went to the server',
    mooring: '400',
    why: 'the client is at fault, not the server',
  },
  'line-ends': {
    what: 'lines ended by a bare line feed',
    traefik: '200, repaired',
    mooring: '400',
    why: 'stricter: repairs are where two readers come to differ',
  },
  'folded-header': {
    what: 'a header folded over two lines',
    traefik: '200, joined',
    mooring: '400',
    why: 'obsolete, and refused for the same reason',
  },
  'unknown-method': {
    what: 'a method that Node does not know, such as FOO',
    traefik: 'passed on',
    mooring: '400',
    why: 'Node refuses it before we see it',
  },
  'many-headers': {
    what: 'more headers than Node reads',
    traefik: 'passed on',
    mooring: '431',
    why: 'a header that were lost in silence could be the cookie or the session id',
  },
  silence: {
    what: 'bytes that are neither HTTP nor a whole TLS handshake',
    traefik: 'silence until readTimeout',
    mooring: '400',
    why: 'nothing is gained by waiting',
  },
  'early-words': {
    what: 'bytes sent together with the wish for an upgrade',
    traefik: 'lost',
    mooring: 'passed on',
    why: 'they belong to the new protocol',
  },
} as const satisfies Readonly<Record<string, Difference>>;

export type DifferenceId = keyof typeof DIFFERENCES;
