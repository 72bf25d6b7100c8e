/** Ids with a tag instead of the node's name, on generated files. */
import { topologySchema } from '../../../shared/topology/topology.ts';
import type { Area, Case } from '../case.ts';
import { generatedFrom } from './handles.ts';

const topology = topologySchema.parse({
  nodes: [
    { id: 'g1', url: 'http://g1', tag: 'k7q2' },
    { id: 'g2', url: 'http://g2', tag: 'zz-9', formerly: ['g2', 'w_4'] },
  ],
  entryPoints: { web: { address: ':80' } },
  prefix: '/tagged',
  routes: [],
  cookie: { name: 'tagged', secure: false },
  healthCheck: false,
});

const UUID = '5b0e2a8e-6f0b-4a6e-9b0f-2f8f1c1c1c1c';

const goes = (what: string, headers: Readonly<Record<string, string>>, expect: readonly string[]): Case => ({
  name: `${what} ${expect.length === 1 ? 'is at its node' : 'takes turns'}`,
  play: async (lab) => [...new Set(await lab.repeat(4, { method: 'POST', path: '/tagged', headers }))].sort(),
  expect,
});
const session = (id: string) => ({ 'Mcp-Session-Id': id });

export const tags: Area = {
  name: 'tags',
  origins: ['g1', 'g2'],
  http: generatedFrom(topology),
  // Generated files have the same names everywhere.
  alone: {},
  cases: [
    goes('a session whose id begins with a tag', session(`k7q2.${UUID}`), ['g1']),
    goes('a session of another tag', session(`zz-9.${UUID}`), ['g2']),
    goes('a session of the name from before there was a tag', session(`g2.${UUID}`), ['g2']),
    goes('a session of the tag before', session(`w_4.${UUID}`), ['g2']),
    goes('a handle with a tag', { 'Mcp-Param-Handle': `k7q2.${UUID}` }, ['g1']),
    goes('a handle of the tag before', { 'Mcp-Param-Handle': `w_4.${UUID}` }, ['g2']),
    goes('a task with a tag', { 'Mcp-Method': 'tasks/get', 'Mcp-Name': `zz-9.${UUID}` }, ['g2']),
    goes('a resource of the tag before', { 'Mcp-Method': 'resources/read', 'Mcp-Name': `b://g2.${UUID}` }, ['g2']),
    goes('a session that names a node with a tag by its name', session(`g1.${UUID}`), ['g1', 'g2']),
    goes('a session whose tag only begins so', session(`zz-99.${UUID}`), ['g1', 'g2']),
    goes('a session whose tag only ends so', session(`xk7q2.${UUID}`), ['g1', 'g2']),
    goes('a session that has all the tags of a node', session(`zz-9|g2|w_4.${UUID}`), ['g1', 'g2']),
    goes(
      'a session that the cookie knows, which is of the name',
      { ...session('1'), Cookie: 'tagged={hash:ready-g2}' },
      ['g2'],
    ),
  ],
};
