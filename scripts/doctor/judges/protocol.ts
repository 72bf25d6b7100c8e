/** Which protocol versions are supported, and can clients of the others fall back? */
import type { Found } from '../../../shared/found.ts';
import type { Facts } from '../facts.ts';
import { type Finding, goodFinding } from '../finding.ts';
import { serverInfoOf } from '../mcp.ts';
import { hasResult, messageOf, outcome, type Reply } from '../reply.ts';

export const judgeProtocol = (facts: Facts): Found<Finding> => [
  withoutSessions(facts),
  fallback(facts.discover),
  serverNames(facts),
];

const withoutSessions = ({ withCookies, server, discover }: Facts): Found<Finding> => {
  const modern = hasResult(discover);
  if (withCookies !== undefined && server !== undefined)
    return goodFinding({
      id: 'sessions',
      seen: `${server.name} ${server.version} opens sessions (protocol ${server.protocol})${modern ? ', and also supports a version without them' : ''}`,
      why: 'a session must stay at its node',
    });
  return {
    id: 'no-sessions',
    severity: 'note',
    seen: modern
      ? 'server/discover is answered: a version without sessions is supported (2026-07-28)'
      : 'initialize is answered without Mcp-Session-Id: this server keeps no sessions',
    why: 'nothing needs to stick: every request may go to any node',
    fix: {},
  };
};

/** Each was answered by the node whose turn it was. */
const serverNames = ({ first, withCookies, withoutCookies, browser }: Facts): Found<Finding> => {
  const opened = [first, withCookies?.opened, withoutCookies?.opened, browser.opened];
  const names = new Set(opened.flatMap((reply) => (reply && serverInfoOf(messageOf(reply)?.result)?.name) ?? []));
  if (names.size < 2) return undefined;
  return {
    id: 'server-names',
    severity: 'warning',
    seen: `initialize is answered by servers of different names: ${[...names].sort().join(', ')}`,
    why: 'a requestState sealed by one of them is refused by the next; or another server is in this pool',
    fix: { node: 'one server name on all nodes, and one key for requestState: --request-state-key-file' },
  };
};

const METHOD_NOT_FOUND = -32601;
const HEADERS_AND_BODY_DISAGREE = -32020;

const fallback = (discover: Reply): Found<Finding> => {
  if (hasResult(discover)) return undefined;
  const error = discover.kind === 'answered' ? (discover.message?.error ?? undefined) : undefined;
  if (error?.code === HEADERS_AND_BODY_DISAGREE) return headersStripped(discover);
  if (
    discover.kind === 'answered' &&
    error !== undefined &&
    (discover.status === 400 || error.code === METHOD_NOT_FOUND)
  )
    return goodFinding({
      id: 'falls-back',
      seen: `server/discover is answered ${outcome(discover)}`,
      why: 'clients of 2026-07-28 send this first, and then fall back to initialize',
    });
  const hopeless = discover.kind === 'failed' || discover.status >= 500;
  return {
    id: 'no-fall-back',
    severity: hopeless ? 'problem' : 'warning',
    seen: `server/discover is answered ${outcome(discover)}${error === undefined && discover.kind === 'answered' ? ', not in JSON-RPC' : ''}`,
    why: 'clients of 2026-07-28 send this first; only a 400 in JSON-RPC makes all of them fall back to initialize',
    fix: { node: 'HTTP 400 with a JSON-RPC error for every request without a session but initialize' },
  };
};

const headersStripped = (discover: Reply): Finding => ({
  id: 'headers-stripped',
  severity: 'problem',
  seen: `server/discover, sent with all its headers, is answered ${outcome(discover)}: they did not reach the server`,
  why: 'every request of protocol 2026-07-28 fails; its handles and tasks stay at their node by these headers',
  fix: {
    traefik: 'no headers.customRequestHeaders that empties Mcp-Method, Mcp-Name or Mcp-Param-Handle',
    node: 'everything in front must pass MCP-Protocol-Version, Mcp-Method, Mcp-Name and Mcp-Param-*',
  },
});
