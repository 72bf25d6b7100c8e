/** Which requests a route matches, as Traefik rules. */
import { prefixesOf } from '../topology/prefixes.ts';
import type { Topology, TopologyNode } from '../topology/topology.ts';
import { cookieName } from './cookie-name.ts';
import { cookieValuesFor } from './cookie-value.ts';
import { pinTexts } from './parts.ts';

const headerRule = (header: string, pattern: string): string => `HeaderRegexp(\`${header}\`, \`${pattern}\`)`;

export const pathRule = ({ hosts }: Topology, prefix: string): string => {
  const path = `PathPrefix(\`${prefix}\`)`;
  const names = hosts.map((host) => `Host(\`${host}\`)`).join(' || ');
  if (hosts.length === 0) return path;
  return hosts.length === 1 ? `${names} && ${path}` : `(${names}) && ${path}`;
};

/** The prefix of all ids of a node: its sessions, handles and tasks. */
const ownerPrefix = (node: TopologyNode): string => {
  const [own, ...before] = prefixesOf(node).map(escapeRegexp);
  return before.length === 0 ? `${own}\\.` : `(${[own, ...before].join('|')})\\.`;
};

export const sessionRule = (node: TopologyNode): string => headerRule('Mcp-Session-Id', `^${ownerPrefix(node)}`);
export const anySessionRule = headerRule('Mcp-Session-Id', '.');

/** Our own header for handles, and others that the topology names. */
export const handleHeaders = ({ handles }: Topology): readonly string[] =>
  handles === false ? [] : [...new Set([OWN_HEADER, ...handles.headers])];

const OWN_HEADER = 'Mcp-Param-Handle';

/** A handle among the arguments of a tool, a task by its id, a resource whose URI begins with its node. */
export const handleRule = (topology: Topology, node: TopologyNode): string => {
  const own = ownerPrefix(node);
  const handles = handleHeaders(topology).map((name) => headerRule(name, `^${own}`));
  const task = `${headerRule('Mcp-Method', '^tasks/(get|update|cancel)$')} && ${headerRule('Mcp-Name', `^${own}`)}`;
  const resource = `Header(\`Mcp-Method\`, \`resources/read\`) && ${headerRule('Mcp-Name', `^[a-z][a-z0-9+.-]*://${own}`)}`;
  return `(${[...handles, `(${task})`, `(${resource})`].join(' || ')})`;
};

/** Whether a rule matches ids that name a node; also used for hand-written files. */
export const asksForIds = (rule: string): boolean => /Mcp-(Session-Id|Param-|Name)/i.test(rule);

/**
 * Cookies are separated by "; ", and a value may be in quotes, as Traefik itself reads them; of several cookies with
 * this name the first counts. Both forms match, so that no session ends when cookie.of changes.
 */
export const cookieRule = ({ cookie, traefik }: Topology, node: TopologyNode): string => {
  const name = escapeRegexp(cookieName(cookie.name, ''));
  const values = pinTexts(node).flatMap((text) => cookieValuesFor(traefik, text));
  const own = `${name}="?(${values.join('|')})"?\\s*(;|$)`;
  const matcher = (start: string): string => headerRule('Cookie', `(^|;)\\s*${start}${own}`);
  return `${matcher('')} && !${matcher(`${name}=.*;\\s*`)}`;
};

const escapeRegexp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('`', '\\x60');
