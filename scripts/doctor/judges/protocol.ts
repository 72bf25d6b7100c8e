/** Which versions of the protocol are spoken, and do clients of the others find their way? */
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { hasResult, outcome, type Reply } from '../reply.ts';

export const judgeProtocol = (facts: Facts): readonly Finding[] => [
  ...withoutSessions(facts),
  ...fallback(facts.discover),
];

const withoutSessions = ({ withCookies, server, discover }: Facts): Finding[] => {
  const modern = hasResult(discover);
  if (withCookies !== undefined && server !== undefined)
    return [
      {
        id: 'sessions',
        severity: 'good',
        seen: `${server.name} ${server.version} opens sessions (protocol ${server.protocol})${modern ? ', and speaks a version without them too' : ''}`,
        why: 'a session has to stay at its node',
        fix: {},
      },
    ];
  return [
    {
      id: 'no-sessions',
      severity: 'note',
      seen: modern
        ? 'server/discover is answered: a version without sessions is spoken (2026-07-28)'
        : 'initialize is answered without Mcp-Session-Id: this server keeps no sessions',
      why: 'nothing needs to stick: every request may go to any node',
      fix: {},
    },
  ];
};

const METHOD_NOT_FOUND = -32601;

const fallback = (discover: Reply): Finding[] => {
  if (hasResult(discover)) return [];
  const error = discover.kind === 'answered' ? discover.message?.error : undefined;
  if (
    discover.kind === 'answered' &&
    error !== undefined &&
    (discover.status === 400 || error.code === METHOD_NOT_FOUND)
  )
    return [
      {
        id: 'falls-back',
        severity: 'good',
        seen: `server/discover is answered ${outcome(discover)}`,
        why: 'clients of 2026-07-28 ask this first, and then fall back to initialize',
        fix: {},
      },
    ];
  const hopeless = discover.kind === 'failed' || discover.status >= 500;
  return [
    {
      id: 'no-fall-back',
      severity: hopeless ? 'problem' : 'warning',
      seen: `server/discover is answered ${outcome(discover)}${error === undefined && discover.kind === 'answered' ? ', not in JSON-RPC' : ''}`,
      why: 'clients of 2026-07-28 ask this first; sure to make them fall back to initialize is only a 400 in JSON-RPC',
      fix: { node: 'HTTP 400 with a JSON-RPC error for every request without a session but initialize' },
    },
  ];
};
