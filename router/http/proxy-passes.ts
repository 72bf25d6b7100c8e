import type { IncomingMessage } from 'node:http';
import httpProxy from 'http-proxy';
import type { HttpExchange } from './exchange.ts';

type Pass = (req: IncomingMessage, x: HttpExchange) => void;
/** http-proxy is a list of passes, which its types do not show. */
type Passes = { webPasses: Pass[]; wsPasses: Pass[]; web: Pass; ws: Pass };
type Forwarders = { readonly web: (x: HttpExchange) => void; readonly ws: (x: HttpExchange) => void };

/**
 * http-proxy with its passes replaced by ours. Its own passes allow request smuggling on DELETE, crash the process on a
 * Trailer header, keep servers streaming to clients that left and clients waiting for servers that died, and reach a
 * third of the throughput. The exchange is passed in place of the response, which http-proxy does not inspect.
 */
export const createProxyPasses = (forwarders: Forwarders): ((x: HttpExchange) => void) => {
  // The target is chosen per request; http-proxy only requires that there is one.
  const proxy = httpProxy.createProxyServer({ target: { host: 'decided-per-request' } }) as unknown as Passes;
  proxy.webPasses = [(_req, x) => forwarders.web(x)];
  proxy.wsPasses = [(_req, x) => forwarders.ws(x)];
  return (x) => (x.upgrade === undefined ? proxy.web(x.req, x) : proxy.ws(x.req, x));
};
