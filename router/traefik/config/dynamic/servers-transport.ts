import type { ServersTransportConfig } from '../../../core/model.ts';
import { type Decoder, duration, flag, integer, map, orElse, text } from '../decoder.ts';
import { noneOf, notDone, struct, texts } from '../structure.ts';

const forwardingTimeouts = struct(
  {
    dialTimeout: orElse(duration, 30_000),
    responseHeaderTimeout: duration,
    idleConnTimeout: orElse(duration, 90_000),
  },
  {
    ...noneOf('readIdleTimeout pingTimeout', notDone('it is about HTTP/2 to servers, which is not supported')),
    ...noneOf('readTimeout writeTimeout', notDone('Traefik does not use it for HTTP servers: remove it')),
  },
);

const schema = struct(
  { serverName: text, insecureSkipVerify: flag, rootCAs: texts, maxIdleConnsPerHost: integer, forwardingTimeouts },
  {
    disableHTTP2: notDone('servers are reached by HTTP/1.1: remove it', 'true'),
    spiffe: notDone(),
    ...noneOf('certificates cipherSuites minVersion maxVersion peerCertURI peerCertSANs'),
  },
);

export const serversTransport: Decoder<ServersTransportConfig> = map(
  schema,
  ({ forwardingTimeouts: timeouts, ...raw }, cursor) => ({
    name: cursor.subject?.name ?? '',
    at: cursor.at,
    ...raw,
    ...timeouts,
  }),
);
