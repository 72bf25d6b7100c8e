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
    traefik: 'one of them, at random, again at every load',
    mooring: 'the first by name',
    why: 'a reload must not change routes that it does not affect',
  },
  'length-and-chunks': {
    what: 'a request with both Content-Length and chunks',
    traefik: '200, the length is dropped',
    mooring: '400',
    why: 'used for request smuggling, by no legitimate client',
  },
  'repeated-length': {
    what: 'Content-Length twice with the same value',
    traefik: '200, merged',
    mooring: '400',
    why: 'stricter: the next server may read it differently',
  },
  'transfer-coding': {
    what: 'any Transfer-Encoding but `chunked`',
    traefik: '501',
    mooring: '400',
    why: 'both refuse; Node’s parser rejects it',
  },
  'http-1.0-chunks': {
    what: 'a request in HTTP/1.0 with Transfer-Encoding',
    traefik: 'treated as without a body, and the connection is closed after it',
    mooring: '400',
    why: 'HTTP/1.0 has no chunks: servers disagree about where such a request ends',
  },
  'tab-after-framing': {
    what: 'a tab after `chunked`, or after the number of a Content-Length',
    traefik: 'ignored',
    mooring: '400; after a number on Node 20 only',
    why: 'Node’s parser rejects it',
  },
  'proxy-connection': {
    what: '`Proxy-Connection: close`',
    traefik: 'ignored',
    mooring: 'treated as `Connection: close`',
    why: 'Node’s parser does this',
  },
  'long-chunk-size': {
    what: 'a chunk size with more than 16 digits and leading zeros',
    traefik: '500',
    mooring: 'accepted',
    why: 'Node’s parser accepts it; the server gets a newly written size',
  },
  'declined-upgrade': {
    what: 'requests pipelined after an upgrade request that the server declines',
    traefik: 'answered',
    mooring: 'the connection is closed after the answer',
    why: 'Node reads nothing after such a request',
  },
  'bad-chunk': {
    what: 'a malformed chunk or trailer in a body',
    traefik: '500, after the head was sent to the server; chunk extensions and trailers are not checked',
    mooring: '400',
    why: 'the client is at fault, not the server',
  },
  'line-ends': {
    what: 'lines ended by a bare line feed',
    traefik: '200, repaired',
    mooring: '400',
    why: 'stricter: servers repair this differently',
  },
  'folded-header': {
    what: 'a header folded over two lines',
    traefik: '200, joined',
    mooring: '400',
    why: 'obsolete, and rejected for the same reason',
  },
  'unknown-method': {
    what: 'a method that Node does not know, such as FOO',
    traefik: 'passed on',
    mooring: '400',
    why: 'Node’s parser rejects it',
  },
  'early-words': {
    what: 'bytes sent together with an upgrade request',
    traefik: 'lost',
    mooring: 'passed on',
    why: 'they belong to the new protocol',
  },
  'half-close': {
    what: 'a client that half-closes its connection after the request and waits',
    traefik: '499: treated as a client that has left',
    mooring: 'the connection is closed: treated as a client that has left',
    why: 'both cancel the request at the server at once; only the end differs',
  },
  'unasked-100': {
    what: 'a server that sends 100 Continue without an Expect header',
    traefik: 'passed on',
    mooring: '500',
    why: 'undici, the HTTP client for the servers, treats it as an error',
  },
  'slow-body': {
    what: 'a body that stops half-way, past readTimeout',
    traefik: '504 or 499, at random',
    mooring: 'the connection is closed',
    why: 'such a client does not read an answer',
  },
  'clear-http2': {
    what: 'HTTP/2 in clear text with prior knowledge',
    traefik: 'supported',
    mooring: 'refused',
    why: 'browsers and MCP clients use HTTP/2 over TLS only',
  },
  'http-version': {
    what: 'an HTTP version other than 1.0 or 1.1, such as 0.9, 1.2 or 3.0',
    traefik: '1.2 is served, 0.9 and 3.0 get 505',
    mooring: '400',
    why: 'Node’s parser rejects it',
  },
  'early-refusal': {
    what: 'bytes that cannot be a request, before the end of their line; a refused request, before the end of its body',
    traefik: 'waits for the end',
    mooring: 'refused at once',
    why: 'nothing that follows could make it valid',
  },
  'raw-target': {
    what: 'unencoded bytes above 127 in a request target',
    traefik: 'encoded and passed on',
    mooring: '400',
    why: 'RFC 3986 does not allow them',
  },
  'odd-url': {
    what: 'a URL as request target without `//`, with other than letters in its scheme, or with `"`, `<`, `>`, an escape or a zone in its host',
    traefik: 'the rest is passed on',
    mooring: '400',
    why: 'Node’s parser rejects it; an escape or a zone is refused here, because no rule matches such a host',
  },
  'strict-answers': {
    what: 'an answer with two equal Content-Lengths, a Content-Length and chunks, bare line feeds or folded headers',
    traefik: 'repaired',
    mooring: '500',
    why: 'stricter, as with requests',
  },
  'accept-encoding': {
    what: 'a request without Accept-Encoding',
    traefik: 'asks the server for gzip, and decompresses the answer',
    mooring: 'nothing is added',
    why: 'the answer of a server reaches the client unchanged',
  },
  'upstream-connection': {
    what: 'the Connection header sent to the server',
    traefik: 'none',
    mooring: '`keep-alive`',
    why: 'it means the same in HTTP/1.1',
  },
  'empty-file': {
    what: 'an empty dynamic file, or one with comments only',
    traefik: 'applied: 404 for everything',
    mooring: 'the last good configuration stays',
    why: 'an empty file is far more often an unfinished write than intended',
  },
  'bad-part': {
    what: 'a server URL without a scheme',
    traefik: 'applied, without the routers of its service',
    mooring: 'the file is refused, the last good configuration stays',
    why: 'a typing error should not cause an outage of a route',
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
    why: 'a second signal means: now',
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
    mooring: 'the last good configuration stays until the file is complete',
    why: 'no request should fail because an editor saves a file',
  },
  'low-status': {
    what: 'an answer with a status below 100',
    traefik: 'the connection is closed without an answer',
    mooring: '500',
    why: 'the client should see that the server is at fault',
  },
  'relative-path': {
    what: 'a replacePathRegex whose result does not begin with a slash',
    traefik: 'sends the server a malformed request line',
    mooring: '500',
    why: 'no server can use it',
  },
  'lenient-start': {
    what: 'empty lines or bare line feeds before a request, or two spaces in its first line',
    traefik: '400',
    mooring: 'accepted',
    why: 'Node’s parser skips them; the request stays the same',
  },
  'open-bracket': {
    what: 'a Host such as `[::1`, without the closing bracket',
    traefik: 'passed on',
    mooring: '400',
    why: 'it is not a valid host',
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
    why: 'the query is parsed once, before the middlewares',
  },
  'hints-cookie': {
    what: 'the sticky cookie, if a server sends 103 before its answer',
    traefik: 'on the 103, not on the answer',
    mooring: 'on the answer',
    why: 'clients do not read cookies from a 103',
  },
  'late-hints': {
    what: 'interim answers such as 103 to a client that does not read',
    traefik: 'the server waits until they are read',
    mooring: 'those that do not fit into the buffer are dropped',
    why: 'undici, the HTTP client for the servers, cannot make them wait',
  },
  'retry-attempts': {
    what: 'RetryAttempts in the access log, after a retry',
    traefik: '0',
    mooring: 'the number of retries',
    why: 'this is the purpose of the field',
  },
  'log-secrets': {
    what: 'Cookie and Authorization in the access log, if headers are kept and these two are not listed',
    traefik: 'written',
    mooring: 'REDACTED',
    why: 'more people read a log than should be able to take over a session',
  },
  'slow-probe': {
    what: 'a server that is slow to answer its health check',
    traefik: 'the servers after it in the list are checked later',
    mooring: 'all are checked at the same time',
    why: 'one frozen node must not hide that another one died',
  },
  'start-window': {
    what: 'a request during the start',
    traefik: '404 `404 page not found` for 50 to 650 ms, until its file is applied',
    mooring: 'the connection is refused',
    why: 'clients treat a 404 as the end of their session',
  },
  'unsupported-part': {
    what: 'Traefik features that the router does not support: mirroring, compress, circuitBreaker, TCP, UDP, plugins',
    traefik: 'supported',
    mooring: 'refused by its name, file and line; with `--lenient` the routers that need it are left out',
    why: 'a route that behaves differently than in production is worse than none',
  },
} as const satisfies Readonly<Record<string, Difference>>;

export type DifferenceId = keyof typeof DIFFERENCES;
