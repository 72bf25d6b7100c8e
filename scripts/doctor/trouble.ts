/** Why a deployment cannot be judged, and what to do. */
import type { Answer, Failure } from './reply.ts';
import type { Target } from './target.ts';

export type Trouble = { readonly id: string; readonly seen: string; readonly remedy: string };

export const troubleOfFailure = ({ code, why }: Failure, { origin, host, secure }: Target): Trouble => {
  const known = FAILURES[code];
  if (known !== undefined) return { id: 'unreachable', seen: `${host} ${known.seen}`, remedy: known.remedy };
  if (/CERT|SIGNED|ALTNAME|ISSUER|SIGNATURE/.test(code))
    return {
      id: 'certificate',
      seen: `${host} has a certificate that is not trusted: ${why} (${code})`,
      remedy: 'give it one that its clients trust; to test the rest anyway, use --insecure',
    };
  if (secure && /EPROTO|SSL|TLS/.test(code))
    return {
      id: 'tls',
      seen: `${host} does not speak TLS there (${code})`,
      remedy: `try ${origin.replace('https', 'http')}, or name the port where TLS is`,
    };
  return { id: 'unreachable', seen: `${host} cannot be reached: ${why} (${code})`, remedy: 'check the URL' };
};

const FAILURES: Readonly<Record<string, Omit<Trouble, 'id'>>> = {
  ENOTFOUND: { seen: 'is an unknown name', remedy: 'check its spelling, and your DNS' },
  EAI_AGAIN: { seen: 'cannot be resolved now', remedy: 'check your network and DNS, and try again' },
  ECONNREFUSED: { seen: 'refuses connections', remedy: 'is it running, and on this port? npm run dev starts one here' },
  EHOSTUNREACH: { seen: 'cannot be reached from here', remedy: 'check your network or VPN' },
  ENETUNREACH: { seen: 'cannot be reached from here', remedy: 'check your network or VPN' },
  TIMEOUT: {
    seen: 'did not answer in 10 s',
    remedy: 'a firewall may drop the packets, or the server behind it hangs: try the URL with curl -v',
  },
  ECONNRESET: {
    seen: 'closes the connection without an answer',
    remedy: 'is the scheme right? A port that speaks TLS does this to http://, and some to https://',
  },
  CUT: { seen: 'closes the connection during its answer', remedy: 'see the log of the proxy and of the server' },
};

/** Undefined: an MCP server answers there. */
export const troubleOf = (first: Answer, target: Target): Trouble | undefined => {
  const { status, headers, text } = first;
  const [location] = headers.location ?? [];
  const url = `${target.origin}${target.path}`;
  if (status >= 300 && status < 400 && location !== undefined)
    return {
      id: 'redirect',
      seen: `${url} redirects (${status}) to ${resolved(location, url)}`,
      remedy: `test that one, and give it to clients: many do not follow a redirected POST\n    npm run doctor -- ${resolved(location, url)}`,
    };
  if (status === 401 || status === 407)
    return {
      id: 'unauthorized',
      seen: `${url} requires authentication (${status}${headers['www-authenticate'] ? `, ${headers['www-authenticate'][0]}` : ''})`,
      remedy: `add --header 'Authorization: Bearer …'`,
    };
  if (/client sent an HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS/i.test(text))
    return { id: 'tls', seen: `${url} speaks TLS`, remedy: `write https:// instead of http://` };
  if (first.message?.error !== undefined) return ofRefusal(first, url);
  return first.message === undefined ? ofStranger(first, url) : undefined;
};

const resolved = (location: string, url: string): string =>
  URL.canParse(location, url) ? new URL(location, url).href : location;

/** It speaks MCP, but refuses our requests. */
const ofRefusal = ({ status, message }: Answer, url: string): Trouble => ({
  id: status === 403 ? 'forbidden' : 'refused',
  seen: `${url} refuses initialize: ${status}, ${JSON.stringify(message?.error?.message ?? '')} (JSON-RPC ${message?.error?.code})`,
  remedy:
    status === 403
      ? 'the servers must know the host name that clients use: hosts in the topology, --public-hosts of a node'
      : 'see the log of the server',
});

/** There is no MCP endpoint, or it does not work now. */
const ofStranger = ({ status, headers, text }: Answer, url: string): Trouble => {
  const excerpt = text === '' ? '' : `: ${JSON.stringify(text.slice(0, 80))}`;
  if (status === 403)
    return {
      id: 'forbidden',
      seen: `${url} answers 403${excerpt}`,
      remedy: `the host name or the client's address may not be allowed; if it requires a key, add --header 'Authorization: …'`,
    };
  if (status === 404)
    return {
      id: 'wrong-path',
      seen: `there is nothing at ${url} (404${excerpt})`,
      remedy:
        'name the path of the MCP endpoint with --mcp-path; or no route of the proxy matches this host or this scheme, or it is just starting',
    };
  if (status === 429)
    return { id: 'rate-limited', seen: `${url} answers 429`, remedy: 'wait for a minute, and use fewer --calls' };
  if (status === 500)
    return { id: 'failed', seen: `${url} answers 500${excerpt}`, remedy: 'see the log of the server' };
  if (status >= 502 && status <= 504)
    return {
      id: 'no-server',
      seen: `${url} answers ${status}${excerpt}`,
      remedy:
        'the proxy is there, and no server behind it answers: are the nodes running, and do their health checks pass?',
    };
  return {
    id: 'no-mcp',
    seen: `${url} answers initialize with ${status} ${headers['content-type']?.[0] ?? 'without a type'}${excerpt}, which is not MCP`,
    remedy: 'name the path of the MCP endpoint (Streamable HTTP) with --mcp-path',
  };
};
