import type { EntryPointConfig } from '../../../core/static-model.ts';
import { joinHostPort } from '../access-log/host-port.ts';
import { duration, exactInteger, omitEmpty } from './encode.ts';

/** Traefik's output for settings with a fixed value here. */
const HPACK_TABLE = { maxDecoderHeaderTableSize: 4096, maxEncoderHeaderTableSize: 4096 };
const UDP = { timeout: '3s' };

export const representEntryPoint = (entryPoint: EntryPointConfig): Record<string, unknown> => ({
  address: joinHostPort(entryPoint.host, entryPoint.port),
  ...omitEmpty({ asDefault: entryPoint.asDefault }),
  transport: {
    lifeCycle: omitEmpty({
      requestAcceptGraceTimeout: duration(entryPoint.requestAcceptGraceTimeout),
      graceTimeOut: duration(entryPoint.graceTimeOut),
    }),
    respondingTimeouts: omitEmpty({
      readTimeout: duration(entryPoint.readTimeout),
      writeTimeout: duration(entryPoint.writeTimeout),
      idleTimeout: duration(entryPoint.idleTimeout),
    }),
  },
  forwardedHeaders: omitEmpty(entryPoint.forwardedHeaders),
  http: omitEmpty({
    redirections: entryPoint.redirection && { entryPoint: redirection(entryPoint.redirection) },
    middlewares: entryPoint.middlewares,
    tls: entryPoint.tls && {},
    sanitizePath: true,
    maxHeaderBytes: entryPoint.maxHeaderBytes,
  }),
  http2: { ...omitEmpty({ maxConcurrentStreams: entryPoint.maxConcurrentStreams }), ...HPACK_TABLE },
  udp: UDP,
  name: entryPoint.name,
});

const redirection = (settings: NonNullable<EntryPointConfig['redirection']>): object =>
  omitEmpty({
    to: settings.to,
    scheme: settings.scheme,
    permanent: settings.permanent,
    // The default is too large for a number.
    priority: Number.isSafeInteger(settings.priority) ? settings.priority : exactInteger(2n ** 63n - 2n),
  });
