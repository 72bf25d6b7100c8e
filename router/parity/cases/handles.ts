/** Protocol 2026-07-28 on generated files: requests that name a node go there, all others take turns. */
import { type Topology, topologySchema } from '../../../shared/topology/topology.ts';
import { dynamicOf } from '../../../shared/traefik/dynamic.ts';
import type { Area, Case, Lab } from '../case.ts';
import type { JsonObject } from '../subject.ts';
import { become } from './parts.ts';

const NODES = ['s1', 's2', 's3'];
const OFTEN = { interval: '60ms', timeout: '500ms' };
const topology = topologySchema.parse({
  nodes: NODES.map((id) => ({ id, url: `http://${id}`, state: id === 's3' ? 'draining' : 'active' })),
  entryPoints: { web: { address: ':80' } },
  prefix: '/held',
  routes: [],
  cookie: { name: 'held', secure: false },
  healthCheck: { ...OFTEN, ready: OFTEN },
  handles: { headers: ['Mcp-Param-Browser'] },
});

export const generatedFrom = (topology: Topology): NonNullable<Area['http']> => {
  const { routers, services } = dynamicOf(topology).http;
  const here = Object.entries(routers).map(([name, { entryPoints: _, ...router }]) => [name, router]);
  return {
    routers: Object.fromEntries(here) as JsonObject,
    services: JSON.parse(JSON.stringify(services).replace(/"http:\/\/(\w\d)"/g, '"{$1}"')) as JsonObject,
  };
};

const TASK = '5b0e2a8e-6f0b-4a6e-9b0f-2f8f1c1c1c1c';
const ACTIVE = ['s1', 's2'];
const met = async (lab: Lab, headers: Readonly<Record<string, string>>, path = '/held'): Promise<(string | number)[]> =>
  [...new Set(await lab.repeat(6, { method: 'POST', path, headers }))].sort();

const stays = (name: string, headers: Readonly<Record<string, string>>, at = ['s2']): Case => ({
  name: `${name} is at its node`,
  play: (lab) => met(lab, headers),
  expect: at,
});
const takesTurns = (name: string, headers: Readonly<Record<string, string>>): Case => ({
  name: `${name} takes turns over the nodes that do not drain`,
  play: (lab) => met(lab, headers),
  expect: ACTIVE,
});

export const handles: Area = {
  name: 'handles',
  origins: NODES,
  http: generatedFrom(topology),
  cases: [
    stays('a call with a handle', { 'Mcp-Method': 'tools/call', 'Mcp-Name': 'add', 'Mcp-Param-Handle': `s2.${TASK}` }),
    stays('a header in another case', { 'mCP-pARAM-hANDLE': 's2.1' }),
    stays('a handle in a header that the topology names', { 'Mcp-Param-Browser': 's2.1' }),
    ...['get', 'update', 'cancel'].map((verb) =>
      stays(`tasks/${verb}`, { 'Mcp-Method': `tasks/${verb}`, 'Mcp-Name': `s2.${TASK}` }),
    ),
    stays('a resource', { 'Mcp-Method': 'resources/read', 'Mcp-Name': 'basket://s2.1/items' }),
    stays('a handle of a node that drains', { 'Mcp-Param-Handle': 's3.1' }, ['s3']),
    stays('a task of a node that drains', { 'Mcp-Method': 'tasks/get', 'Mcp-Name': 's3.1' }, ['s3']),
    stays(
      'a request of a session that names another handle',
      { 'Mcp-Session-Id': 's1.1', 'Mcp-Param-Handle': 's2.1' },
      ['s1'],
    ),
    stays(
      'a request of a session that the cookie knows, and that names another handle',
      { 'Mcp-Session-Id': '1', Cookie: 'held={hash:ready-s1}', 'Mcp-Param-Handle': 's2.1' },
      ['s1'],
    ),
    stays('a handle beside the cookie of another node', {
      Cookie: 'held={hash:ready-s1}',
      'Mcp-Param-Handle': 's2.1',
    }),
    stays('a call of a page, which sends the cookie alone,', {
      'Mcp-Method': 'tools/call',
      'Mcp-Name': 'add',
      Cookie: 'held={hash:ready-s2}',
    }),
    takesTurns('a call that opens state', { 'Mcp-Method': 'tools/call', 'Mcp-Name': 'open' }),
    takesTurns('a call of a tool whose name looks like an id', { 'Mcp-Method': 'tools/call', 'Mcp-Name': 's2.1' }),
    takesTurns('a call of a tool whose name is a URI', { 'Mcp-Method': 'tools/call', 'Mcp-Name': 'basket://s2.1' }),
    takesTurns('a prompt', { 'Mcp-Method': 'prompts/get', 'Mcp-Name': 's2.1' }),
    takesTurns('a list', { 'Mcp-Method': 'tools/list' }),
    takesTurns('server/discover', { 'Mcp-Method': 'server/discover' }),
    takesTurns('subscriptions/listen', { 'Mcp-Method': 'subscriptions/listen' }),
    takesTurns('a list of tasks', { 'Mcp-Method': 'tasks/list', 'Mcp-Name': 's2.1' }),
    takesTurns('a resource that names no node', { 'Mcp-Method': 'resources/read', 'Mcp-Name': 'file:///s2.txt' }),
    takesTurns('a handle of a node that nobody knows', { 'Mcp-Param-Handle': 's9.1' }),
    takesTurns('a handle of a node whose name only begins so', { 'Mcp-Param-Handle': 's22.1' }),
    takesTurns('a handle of a node in another case', { 'Mcp-Param-Handle': 'S2.1' }),
    takesTurns('a handle in a header that nobody named', { 'Mcp-Param-Other': 's2.1' }),
    {
      name: 'a handle in another header is ignored',
      play: (lab) => met(lab, { 'Mcp-Param-Handle': 's2.1' }, '/other'),
      expect: ACTIVE,
    },
    {
      name: 'a live node answers for the handle of a dead one, and its own again when it is back',
      play: async (lab) => {
        const handle = { 'Mcp-Param-Handle': 's2.1' };
        Object.assign(lab.origin('s2'), { health: 500, ready: 500 });
        const moved = await become(lab, '/held', (by) => by !== 's2', handle);
        const others = await met(lab, handle);
        Object.assign(lab.origin('s2'), { health: 200, ready: 200 });
        return [moved, others, await become(lab, '/held', (by) => by === 's2', handle)];
      },
      expect: [true, ['s1'], true],
    },
  ],
};
