import type { Place } from '../../../../shared/source/place.ts';
import { referredName } from '../../../../shared/traefik/qualified-name.ts';
import type { EntryPointConfig } from '../../../core/static-model.ts';
import { addressRanges } from '../address-range.ts';
import {
  type Cursor,
  checked,
  type Decoded,
  type Decoder,
  duration,
  flag,
  integer,
  invalid,
  map,
  optional,
  orElse,
  placedText,
  refuseFile,
  text,
} from '../decoder.ts';
import { allowEmpty, noneOf, notDone, placed, type Shape, struct, texts } from '../structure.ts';

const MINUTE = 60_000;
/** Higher than the priorities allowed in a file. */
const REDIRECTION_PRIORITY = Number(2n ** 63n - 2n);

const transport = struct(
  {
    lifeCycle: struct({ requestAcceptGraceTimeout: duration, graceTimeOut: orElse(duration, 10_000) }),
    respondingTimeouts: struct({
      readTimeout: orElse(duration, MINUTE),
      writeTimeout: duration,
      idleTimeout: orElse(duration, 3 * MINUTE),
    }),
  },
  noneOf('keepAliveMaxTime keepAliveMaxRequests', notDone('use respondingTimeouts.idleTimeout', '0', '0s')),
);

const forwardedHeaders = struct(
  { insecure: flag, trustedIPs: addressRanges },
  {
    connection: notDone('headers named by Connection are never forwarded: remove it'),
    ...noneOf('notAppendXForwardedFor addXForwardedSchemeHeaders', notDone('remove it', 'false')),
  },
);

const NO_TARGET = {
  message: 'the redirection has no target',
  remedy: 'name an entry point, or write a port as in :443',
};

const redirectEntryPoint = struct({
  to: checked(text, (to) => (to === '' ? NO_TARGET : undefined)),
  scheme: orElse(text, 'https'),
  permanent: orElse(flag, true),
  priority: orElse(integer, REDIRECTION_PRIORITY),
});

const http = struct(
  {
    redirections: optional(struct({ entryPoint: optional(redirectEntryPoint) })),
    middlewares: texts,
    tls: allowEmpty(
      struct(
        {},
        noneOf('options certResolver domains', notDone('put certificates under tls.certificates of the dynamic file')),
      ),
    ),
    maxHeaderBytes: orElse(integer, 1_048_576),
  },
  {
    sanitizePath: notDone('the path is always cleaned here', 'true'),
    encodeQuerySemicolons: notDone('remove it', 'false'),
    ...noneOf(
      'aliasHeadersStrategy underscoreHeadersStrategy',
      notDone('such headers are kept: remove it', 'keep', ''),
    ),
    encodedCharacters: notDone('all of them are allowed, as by default: remove it'),
  },
);

const fields = {
  address: placedText,
  asDefault: flag,
  transport,
  forwardedHeaders,
  http,
  http2: struct(
    { maxConcurrentStreams: orElse(integer, 250) },
    noneOf('maxDecoderHeaderTableSize maxEncoderHeaderTableSize', notDone('remove it', '4096')),
  ),
};

const schema = placed(
  struct(fields, {
    proxyProtocol: notDone('use forwardedHeaders.trustedIPs'),
    http3: notDone('clients use HTTP/1.1 or HTTP/2'),
    udp: notDone('only HTTP is supported'),
    observability: notDone('access log and metrics are set for all entry points'),
    ...noneOf('reusePort allowACMEByPass', notDone('remove it', 'false')),
  }),
);

/** `host:port`, with `[...]` around an IPv6 address; undefined if invalid. */
export const parseAddress = (address: string): { readonly host: string; readonly port: number } | undefined => {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.%\w]*)\]|([^:[\]/\s]*)):(\d{1,5})$/.exec(address) ?? [];
  const port = Number(digits);
  return digits === undefined || port > 65_535 ? undefined : { host: bracketed ?? plain ?? '', port };
};

const listenOn = (raw: Raw, cursor: Cursor): Decoded<{ readonly host: string; readonly port: number }> => {
  const there = { ...cursor, path: `${cursor.path}.address`, valueAt: raw.address?.at ?? cursor.at };
  const given = raw.address?.text ?? '';
  if (given === '') return refuseFile(there, 'the entry point has no address', 'write for example address: ":8000"');
  const [address = '', protocol = 'tcp'] = given.split('/', 2);
  if (protocol.toLowerCase() !== 'tcp')
    return refuseFile(there, `${protocol} entry points are not supported`, 'write the address without it');
  const parsed = parseAddress(address);
  return (
    parsed ??
    refuseFile(there, `${JSON.stringify(given)} is not an address`, 'write HOST:PORT, or :PORT for every address')
  );
};

type Raw = Shape<typeof fields> & { readonly at: Place };

const complete = (
  raw: Raw,
  name: string,
  listen: { readonly host: string; readonly port: number },
): EntryPointConfig => ({
  name,
  at: raw.at,
  ...listen,
  asDefault: raw.asDefault,
  forwardedHeaders: raw.forwardedHeaders,
  ...raw.transport.lifeCycle,
  ...raw.transport.respondingTimeouts,
  maxHeaderBytes: raw.http.maxHeaderBytes,
  tls: raw.http.tls !== undefined,
  middlewares: raw.http.middlewares.map(referredName),
  redirection: raw.http.redirections?.entryPoint,
  maxConcurrentStreams: raw.http2.maxConcurrentStreams,
});

export const entryPoint: Decoder<EntryPointConfig> = map(schema, (raw, cursor) => {
  const listen = listenOn(raw, cursor);
  return listen === invalid ? invalid : complete(raw, cursor.path.slice(ENTRY_POINTS.length), listen);
});
const ENTRY_POINTS = 'entryPoints.';

/** An entry point created by Traefik itself, with default settings. */
export const entryPointByItself = (name: string, port: number, cursor: Cursor): Decoded<EntryPointConfig> => {
  const raw = schema.absent(cursor);
  return raw === invalid ? invalid : complete(raw, name, { host: '', port });
};
