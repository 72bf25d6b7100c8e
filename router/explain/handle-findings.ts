import type { Finding } from './explanation.ts';
import type { Facts } from './facts.ts';
import { ownerOf, prefixOf } from './node-routes.ts';

const HANDLE = 'mcp-param-handle';

/** What a request of protocol 2026-07-28 names, which only one node holds. */
const namedIn = ({ request: { headers } }: Facts): { readonly what: string; readonly id: string } | undefined => {
  const handle = headers.get(HANDLE);
  if (handle !== undefined) return { what: 'handle', id: handle };
  const name = headers.get('mcp-name');
  const isTask = /^tasks\/(get|update|cancel)$/.test(headers.get('mcp-method') ?? '');
  return isTask && name !== undefined ? { what: 'task', id: name } : undefined;
};

/** A handle or a task that does not reach its node. In a request with a session the session decides. */
export const handleFindings = (facts: Facts): Finding | undefined => {
  const named = namedIn(facts);
  const { world, server, pin, steps } = facts;
  if (named === undefined || server === undefined || pin.by === 'handle' || pin.by === 'session-id') return undefined;
  // Its route was found, but its node is down: already reported.
  if (steps[0]?.reason === 'fallback') return undefined;
  const { what, id } = named;
  const node = ownerOf(id, world.nodes)?.id;
  if (node !== undefined)
    return {
      code: `${what}-not-routed`,
      severity: 'error',
      message: `the ${what} is on ${node}, and no router matches it: any of ${facts.candidates.length} servers may get the request`,
      remedy:
        'npm run generate writes a route for each node on Mcp-Param-Handle and Mcp-Name (handles in the topology)',
    };
  const prefix = prefixOf(id);
  return {
    code: `${what}-of-unknown-node`,
    severity: 'warning',
    message:
      prefix === undefined
        ? `the ${what} names no node: ids are NODE.UUID`
        : `the ${what} names ${prefix}, and there are ${world.nodes.map((one) => one.id).join(', ')}`,
    remedy: 'was it opened by another server, or in another environment? Then the answer is an error that says so',
  };
};
