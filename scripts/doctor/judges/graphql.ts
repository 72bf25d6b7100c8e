/** Requests that are not MCP are still spread over the nodes. */
import type { Found } from '../../../shared/found.ts';
import type { Facts } from '../facts.ts';
import { type Finding, goodFinding } from '../finding.ts';
import { cookiesOf, isOk, nodeOf, outcomes } from '../reply.ts';
import { stickyCookie } from './cookie.ts';

const SECOND_SERVICE = {
  topology: 'routes: [{name: graphql, prefix: /graphql}], then npm run generate',
  traefik: 'a second service with the same servers and without sticky for everything that is not /mcp',
};

export const judgeGraphql = (facts: Facts): Found<Finding> => {
  const { graphql, withCookies, topology } = facts;
  if (graphql.length === 0) return undefined;
  const failed = graphql.filter((reply) => !isOk(reply));
  const nodes = new Set(graphql.map(nodeOf).filter((node) => node !== undefined));
  const sticky = stickyCookie(facts);
  const pinned = graphql
    .flatMap(cookiesOf)
    .find(({ name, value }) => name === sticky?.name || /^[0-9a-f]{16}$/.test(value));
  const found: Finding[] = [];
  if (failed.length > 0)
    found.push({
      id: 'graphql-fails',
      severity: 'warning',
      seen: `${failed.length} of ${graphql.length} GraphQL queries failed: ${outcomes(failed)}`,
      why: 'a node that does not answer still gets requests',
      fix: { topology: 'healthCheck', traefik: 'loadBalancer.healthCheck on the service of /graphql' },
    });
  if (pinned !== undefined)
    found.push({
      id: 'graphql-sticky',
      severity: pinned.name === sticky?.name ? 'problem' : 'warning',
      seen: `/graphql sets ${pinned.name}${pinned.name === sticky?.name ? ', the cookie of /mcp' : ''}`,
      why:
        pinned.name === sticky?.name
          ? 'two services with one cookie name replace each other’s pins, and GraphQL is no longer balanced'
          : 'GraphQL is no longer balanced over the nodes',
      fix: SECOND_SERVICE,
    });
  else if (nodes.size === 1 && nodeCount(facts) > 1)
    found.push({
      id: 'graphql-one-node',
      severity: 'warning',
      seen: `${graphql.length} GraphQL queries all went to ${[...nodes][0]}, without a cookie being set there`,
      why: 'it is not balanced: the cookie of /mcp pins it too, or one node gets everything',
      fix: SECOND_SERVICE,
    });
  if (found.length > 0 || withCookies === undefined || topology?.routes.length === 0) return found;
  return nodes.size > 1 ? takesTurns(nodes, graphql.length) : unknown;
};

const nodeCount = ({ withCookies, withoutCookies, browser, discover, topology }: Facts): number => {
  const seen = [withCookies?.opened, withoutCookies?.opened, browser.opened, discover].map(nodeOf);
  return Math.max(new Set(seen.filter((node) => node !== undefined)).size, topology?.nodes.length ?? 0);
};

const takesTurns = (nodes: ReadonlySet<string>, count: number): Finding =>
  goodFinding({
    id: 'graphql',
    seen: `${count} GraphQL queries were balanced over ${[...nodes].sort().join(', ')}, without a cookie`,
    why: 'only /mcp is pinned',
  });

const unknown: Finding = {
  id: 'graphql-unknown',
  severity: 'note',
  seen: 'GraphQL answers and sets no cookie, but does not name its node',
  why: 'whether it is balanced is unknown',
  fix: { node: 'x-mooring-node: NAME in every answer' },
};
