import { byteString } from '../../core/request/byte-string.ts';
import { connectionNames } from '../../core/request/forwarded.ts';
import { HeaderList } from '../../core/request/header-list.ts';
import type { Request } from '../../core/request/request.ts';
import type { ConfigOf } from './built.ts';
import { HOP_BY_HOP } from './framing.ts';

/** The request for the authentication service. */
export type AuthHeaders = (request: Request) => HeaderList;

/**
 * Depends on `trustForwardHeader`: true keeps X-Forwarded-* and adds to them, false overwrites them, and when it is not
 * set some are overwritten and the others kept.
 */
export const compileAuthHeaders = (config: ConfigOf<'forwardAuth'>): AuthHeaders => {
  const { trustForwardHeader: trust } = config;
  const listed = config.authRequestHeaders.map((name) => byteString(name.toLowerCase()));
  const names = new Set(trust && listed.length > 0 ? [...listed, ...MANAGED] : listed);
  const keep = (name: string): boolean =>
    (names.size === 0 || names.has(name)) && (trust !== false || !isManaged(name));
  return (request) => {
    const headers = new HeaderList();
    const gone = connectionNames(request.headers.all('connection'));
    for (const [name, value] of request.headers)
      if (!HOP_BY_HOP.has(name) && !gone.has(name) && keep(name)) headers.add(name, value);
    if (trust === undefined) writeSome(request, headers);
    else completeAll(request, headers);
    return headers;
  };
};

/** As the client sent it, with the changes of earlier middlewares. */
const uriOf = ({ path, query }: Request): string =>
  `${path || '/'}${query === undefined ? '' : `?${query.replaceAll(';', '&')}`}`;

const protocolOf = (request: Request): string => (request.tls ? 'https' : 'http');

const writeSome = (request: Request, headers: HeaderList): void => {
  headers.set('x-forwarded-for', request.remoteAddress);
  headers.set('x-forwarded-proto', protocolOf(request));
  headers.set('x-forwarded-method', request.method);
  headers.set('x-forwarded-host', request.host);
  headers.set('x-forwarded-uri', uriOf(request));
};

const completeAll = (request: Request, headers: HeaderList): void => {
  headers.set('x-forwarded-for', [...headers.all('x-forwarded-for'), request.remoteAddress].join(', '));
  const complete = (name: string, value: string): void => {
    if (!headers.has(name)) headers.add(name, value);
  };
  complete('x-forwarded-method', request.method);
  complete('x-forwarded-proto', protocolOf(request));
  complete('x-forwarded-port', portOf(request, headers.get('x-forwarded-proto') ?? ''));
  complete('x-forwarded-host', request.host);
  complete('x-forwarded-uri', uriOf(request));
};

const portOf = (request: Request, protocol: string): string =>
  /^(?:[^:]*|\[[^\]]*\]):([^:]+)$/.exec(request.host)?.[1] ??
  (protocol === 'https' || protocol === 'wss' || request.tls ? '443' : '80');

/** Many servers read underscores as dashes, so such names count as well. */
const isManaged = (name: string): boolean => MANAGED.has(name.replaceAll('_', '-'));

/** The proxy headers that Traefik sets itself. */
const MANAGED: ReadonlySet<string> = new Set([
  'x-forwarded-proto',
  'x-forwarded-scheme',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-server',
  'x-forwarded-uri',
  'x-forwarded-method',
  'x-forwarded-prefix',
  'x-forwarded-tls-client-cert',
  'x-forwarded-tls-client-cert-info',
  'x-scheme',
  'x-real-ip',
]);
