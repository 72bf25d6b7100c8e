/** Where the router differs from Traefik on purpose; .github/DIFFERENCES.md shows this table. */
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
  'http-1.0-chunks': {
    what: 'a request in HTTP/1.0 with Transfer-Encoding',
    traefik: 'its body is taken for none, and the connection is closed after it',
    mooring: '400',
    why: 'HTTP/1.0 has no chunks: where such a request ends is read in two ways',
  },
  'tab-after-length': {
    what: 'a tab behind the number of a Content-Length',
    traefik: 'read over',
    mooring: '400 on Node 20',
    why: 'Node reads the request before we do',
  },
  'proxy-connection': {
    what: '`Proxy-Connection: keep-alive` in HTTP/1.0',
    traefik: 'means nothing: the connection is closed after the answer',
    mooring: 'means `Connection: keep-alive`',
    why: 'Node reads it so',
  },
  'long-chunk-size': {
    what: 'the size of a chunk with more than 16 digits, the first of them zeros',
    traefik: '500',
    mooring: 'its value counts',
    why: 'Node reads it; the server is sent a size of its own',
  },
  'declined-upgrade': {
    what: 'requests sent behind one that asks for an upgrade, which the server declines',
    traefik: 'answered',
    mooring: 'the connection is closed after the answer',
    why: 'Node reads no further behind such a request',
  },
  'bad-chunk': {
    what: 'a malformed chunk or trailer in a body',
    traefik: '500, after the head went to the server; extensions of chunks and trailers are not looked at',
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
  'early-words': {
    what: 'bytes sent together with the wish for an upgrade',
    traefik: 'lost',
    mooring: 'passed on',
    why: 'they belong to the new protocol',
  },
  'half-close': {
    what: 'a client that ends its sending side after the request and waits',
    traefik: '499: to Traefik it has left',
    mooring: 'the connection is closed: it has left',
    why: 'both free the server at once; only the last words differ',
  },
  'unasked-100': {
    what: 'a server that sends 100 Continue to a request that expected none',
    traefik: 'passed on',
    mooring: '500',
    why: 'the client library for the way to the servers takes it for an error',
  },
  'slow-body': {
    what: 'a body that stops half-way, past readTimeout',
    traefik: '504 or 499, by chance',
    mooring: 'the connection is closed',
    why: 'the client does not listen',
  },
  'clear-http2': {
    what: 'HTTP/2 in clear text with prior knowledge',
    traefik: 'spoken',
    mooring: 'refused',
    why: 'browsers and MCP clients speak HTTP/2 over TLS only',
  },
  'http-version': {
    what: 'a version of HTTP that is not 1.0 or 1.1, such as 0.9, 1.2 or 3.0',
    traefik: '1.2 is served, 0.9 and 3.0 get 505',
    mooring: '400',
    why: 'Node reads the request before we do',
  },
  'early-refusal': {
    what: 'bytes that can be no request, before their line has ended',
    traefik: 'waits for the end of the line, then 400',
    mooring: '400 at once',
    why: 'nothing that follows could mend it',
  },
  'raw-target': {
    what: 'bytes above 127 in a target, not encoded',
    traefik: 'encoded and passed on',
    mooring: '400',
    why: 'RFC 3986 does not allow them',
  },
  'strict-answers': {
    what: 'an answer with two equal lengths, a length and chunks, bare line feeds or folded headers',
    traefik: 'repaired',
    mooring: '500',
    why: 'stricter, as with requests',
  },
  'accept-encoding': {
    what: 'a request without Accept-Encoding',
    traefik: 'the server is told gzip, and the answer unpacked',
    mooring: 'nothing is added',
    why: 'the answer of a server reaches the client as it is',
  },
  'upstream-connection': {
    what: 'the Connection header towards the server',
    traefik: 'none',
    mooring: '`keep-alive`',
    why: 'the same in HTTP/1.1',
  },
  'empty-file': {
    what: 'an empty dynamic file, or one with comments only',
    traefik: 'applied: 404 for everything',
    mooring: 'the last good configuration stays',
    why: 'an empty file is half of a write far more often than a wish',
  },
  'bad-part': {
    what: 'a server URL without a scheme',
    traefik: 'applied, and the routers of its service are gone',
    mooring: 'the file is refused, the last good configuration stays',
    why: 'an outage of one route should not be the way to learn of a typing error',
  },
  'health-over-reload': {
    what: 'a server that is down when the file changes',
    traefik: 'counts as up until the next check',
    mooring: 'stays down',
    why: 'its clients would get 502 for up to one interval',
  },
  'second-signal': {
    what: 'a second SIGTERM while stopping',
    traefik: 'ignored',
    mooring: 'ends at once',
    why: 'whoever asks twice means it',
  },
  'unknown-top-key': {
    what: 'an unknown key at the top of the dynamic file',
    traefik: 'ignored',
    mooring: 'refused, as everywhere else in the file',
    why: 'a misspelt `http` would be an empty file',
  },
  'two-part-write': {
    what: 'a file that is written in two parts',
    traefik: '404 until the second part has been read',
    mooring: 'the last good configuration stays until the file is whole',
    why: 'no request should fail because an editor saved',
  },
  'low-status': {
    what: 'an answer with a status below 100',
    traefik: 'the connection is closed without a word',
    mooring: '500',
    why: 'a client should learn that the server is at fault',
  },
  'relative-path': {
    what: 'a replacePathRegex whose result does not begin with a slash',
    traefik: 'the server is sent a malformed request line',
    mooring: '500',
    why: 'no server can do anything with it',
  },
  'lenient-start': {
    what: 'empty lines or bare line ends before a request, or two blanks in its first line',
    traefik: '400',
    mooring: 'served',
    why: 'Node reads over them; nothing of the request changes',
  },
  'open-bracket': {
    what: 'a Host such as `[::1`, without the closing bracket',
    traefik: 'passed on',
    mooring: '400',
    why: 'it is no host',
  },
  'http-1.0': {
    what: 'the Connection header of an answer to HTTP/1.0',
    traefik: 'keep-alive, or none',
    mooring: 'close',
    why: 'Node keeps such a connection only for answers whose length it knows',
  },
  'redirect-address': {
    what: 'redirectScheme, and a Host that is an IPv6 address',
    traefik: '502',
    mooring: 'the redirection',
    why: 'Traefik cannot build the URL it would send',
  },
  'redirect-semicolon': {
    what: 'redirectScheme, and a `;` in the query',
    traefik: '`;` stays in Location',
    mooring: '`&`, as the server would see it',
    why: 'the query is read once, before the middlewares',
  },
  'hints-cookie': {
    what: 'the sticky cookie, where a server sends 103 before its answer',
    traefik: 'on the 103, and not on the answer',
    mooring: 'on the answer',
    why: 'clients do not read cookies from a 103',
  },
  'late-hints': {
    what: 'interim answers such as 103 to a client that does not read',
    traefik: 'the server waits until they are read',
    mooring: 'those that find no room are left out',
    why: 'the client library for the way to the servers cannot make them wait',
  },
  'retry-attempts': {
    what: 'RetryAttempts in the access log, after a retry',
    traefik: '0',
    mooring: 'how many there were',
    why: 'it is what the field is for',
  },
  'log-secrets': {
    what: 'Cookie and Authorization in the access log, where headers are kept and these are not named',
    traefik: 'written',
    mooring: 'REDACTED',
    why: 'a log is read by more people than may take over a session',
  },
  'slow-probe': {
    what: 'a server that is slow to answer its health check',
    traefik: 'the servers behind it in the list are checked later',
    mooring: 'all are checked at the same time',
    why: 'one frozen node must not hide that another one died',
  },
  'start-window': {
    what: 'a request while it starts',
    traefik: '404 `404 page not found` for 50 to 650 ms, until its file is applied',
    mooring: 'the connection is refused',
    why: 'clients take a 404 for the end of their session',
  },
  'unsupported-part': {
    what: 'what Traefik knows and the router does not do: mirroring, compress, circuitBreaker, TCP, UDP, plugins',
    traefik: 'done',
    mooring: 'refused by its name, file and line; with `--lenient` the routers that need it are left out',
    why: 'a route that behaves otherwise than in production is worse than none',
  },
} as const satisfies Readonly<Record<string, Difference>>;

export type DifferenceId = keyof typeof DIFFERENCES;
