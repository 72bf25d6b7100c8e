import type { Reply } from '../../core/middleware.ts';
import { HeaderList } from '../../core/request/header-list.ts';
import type { Request } from '../../core/request/request.ts';
import type { Built, ConfigOf } from './built.ts';
import { plainReply } from './reply.ts';
import { statusText } from './status-text.ts';

export const redirectScheme = ({ name, kind, at, ...config }: ConfigOf<'redirectScheme'>): Built => {
  const { scheme, permanent } = config;
  if (scheme === '') return { error: 'you must provide a target scheme' };
  const port = config.port === '' || config.port === DEFAULT_PORT.get(scheme) ? '' : `:${config.port}`;
  // Go cannot parse such a URL, and answers every request with an error.
  const unusable = !/^[a-z][a-z0-9+.-]*$/i.test(scheme) || !/^(?::\d*)?$/.test(port);
  return {
    name,
    kind,
    at,
    request: ({ request }) => {
      if (unusable) return plainReply(502, 'Bad Gateway');
      const asked = clientUrl(request);
      const [origin = '', , host = ''] = ORIGIN.exec(asked) ?? [];
      const location = `${scheme}://${host}${port}${asked.slice(origin.length)}`;
      if (location === asked) return undefined;
      // Compared as configured, written in Go's spelling.
      return redirect(scheme.toLowerCase() + location.slice(scheme.length), statusOf(request.method, permanent));
    },
  };
};

const redirect = (location: string, status: number): Reply => ({
  status,
  headers: new HeaderList(['location', location]),
  body: statusText(status) ?? '',
});

const statusOf = (method: string, permanent: boolean): number => {
  if (method === 'GET') return permanent ? 301 : 302;
  return permanent ? 308 : 307;
};

/** The client's URL, as far as proxies before us reveal it. A default port is left out. */
const clientUrl = (request: Request): string => {
  const scheme = schemeOf(request);
  const { host, port } = splitPort(request.host);
  const shown = port === `:${DEFAULT_PORT.get(scheme)}` ? '' : port;
  const query = request.query === undefined ? '' : `?${request.query}`;
  return `${scheme}://${host}${shown}${request.path || '/'}${query}`;
};

/** X-Forwarded-Proto is present only from a trusted peer, or set by the router itself. */
const schemeOf = (request: Request): string =>
  PROTOCOLS.get((request.headers.get('x-forwarded-proto') ?? '').toLowerCase()) ?? (request.tls ? 'https' : 'http');

const splitPort = (host: string): { host: string; port: string } => {
  const [, name, port] = /^([^:]*|\[[^\]]*\])(:[^:]*)$/.exec(host) ?? [];
  return name === undefined || port === undefined ? { host, port: '' } : { host: name, port };
};

const ORIGIN = /^(https?:\/\/)?(\[[\w:.]+\]|[\w._-]+)?(:\d+)?/;
const DEFAULT_PORT: ReadonlyMap<string, string> = new Map([
  ['http', '80'],
  ['https', '443'],
]);
const PROTOCOLS: ReadonlyMap<string, string> = new Map([
  ['http', 'http'],
  ['ws', 'http'],
  ['https', 'https'],
  ['wss', 'https'],
]);
