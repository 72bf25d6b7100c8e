import type { IncomingMessage } from 'node:http';
import httpProxy from 'http-proxy';
import type { HttpExchange } from './exchange.ts';

type Pass = (req: IncomingMessage, x: HttpExchange) => void;
/** http-proxy is a list of passes; its types do not say so. */
type Passes = { webPasses: Pass[]; wsPasses: Pass[]; web: Pass; ws: Pass };
type Forwarders = { readonly web: (x: HttpExchange) => void; readonly ws: (x: HttpExchange) => void };

/**
 * http-proxy as the frame of every forwarding, with our passes in it. Its own would smuggle a second request on
 * DELETE, end the process on a Trailer header, leave servers talking to clients that left and clients waiting for
 * servers that died, and forward at a third of the rate. The exchange travels in the place of the response, which
 * http-proxy hands from pass to pass without a look.
 */
export const createProxyPasses = (forwarders: Forwarders): ((x: HttpExchange) => void) => {
  // The target is each exchange's own; http-proxy only insists that there be one.
  const proxy = httpProxy.createProxyServer({ target: { host: 'decided-per-request' } }) as unknown as Passes;
  proxy.webPasses = [(_req, x) => forwarders.web(x)];
  proxy.wsPasses = [(_req, x) => forwarders.ws(x)];
  return (x) => (x.upgrade === undefined ? proxy.web(x.req, x) : proxy.ws(x.req, x));
};
