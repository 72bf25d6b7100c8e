import type { IncomingMessage } from 'node:http';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type { Log } from '../../shared/log.ts';
import { principalOf } from '../core/principal.ts';
import type { Exchange, Principal } from '../host/session-host.ts';
import type { MountedRequest } from './mounted-request.ts';
import { headerValues, webRequest } from './request-facts.ts';

/** The caller; or the answer to a caller without access, a 401 with WWW-Authenticate. */
export type Authenticate = (request: Request) => AuthInfo | Response | Promise<AuthInfo | Response>;

/** The owner of a session that this caller opens. undefined: the default. */
export type NamePrincipal = (auth: AuthInfo | undefined, request: Request) => Principal | undefined;

export type IdentifyOptions = {
  readonly authenticate: Authenticate | undefined;
  readonly principal: NamePrincipal | undefined;
  /** The header in which a proxy in front names the caller that it has authenticated. */
  readonly principalHeader: string | undefined;
  readonly log: Log;
};

export type Caller =
  | ({ readonly kind: 'caller' } & Pick<Exchange, 'principal' | 'auth'>)
  | { readonly kind: 'refused'; readonly answer: Response };

export type Identify = (req: IncomingMessage) => Promise<Caller>;

/** If it throws, the request fails with an error of the node: nobody gets access. */
export const identifier = ({ authenticate, principal: name, principalHeader, log }: IdentifyOptions): Identify => {
  let warned = false;
  const byDefault = (auth: AuthInfo): Principal => {
    const { principal, by } = principalOf(auth);
    if (by === 'token' && !warned) log.warn(BY_TOKEN);
    warned ||= by === 'token';
    return principal;
  };
  return async (req: MountedRequest) => {
    const request = authenticate || name ? webRequest(req) : undefined;
    const auth = authenticate ? await authenticate(request as Request) : req.auth;
    if (isResponse(auth)) return { kind: 'refused', answer: auth };
    if (authenticate && typeof auth?.token !== 'string')
      throw new TypeError('authenticate must return an AuthInfo with a token, or a Response');
    if (principalHeader !== undefined) return callerInHeader(req, principalHeader, auth);
    const principal = name?.(auth, request as Request) ?? (auth && byDefault(auth));
    return { kind: 'caller', principal, auth };
  };
};

/** A request without it bypassed the proxy, or the proxy is misconfigured: it is refused. */
const callerInHeader = (req: IncomingMessage, header: string, auth: AuthInfo | undefined): Caller => {
  const [principal, ...more] = headerValues(req, header);
  if (principal && more.length === 0) return { kind: 'caller', principal, auth };
  const body = `the proxy in front must name every caller in exactly one ${header} header\n`;
  return { kind: 'refused', answer: new Response(body, { status: 401, headers: { 'www-authenticate': 'Bearer' } }) };
};

const BY_TOKEN =
  'the authenticator returns no extra.iss and extra.sub: a session belongs to the token that opened it, and its ' +
  'client loses it when the token is refreshed';

/** Not with instanceof: an authenticator may use another copy of undici. */
const isResponse = (given: AuthInfo | Response | undefined): given is Response =>
  typeof given === 'object' && 'status' in given && 'headers' in given;
