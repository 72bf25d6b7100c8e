import assert from 'node:assert/strict';
import test from 'node:test';
import { hazardsOfChange } from './hazards-of-change.ts';
import { topologySchema } from './topology.ts';

const node = (id: string, more: object = {}) => ({ id, url: `http://${id}:1`, ...more });
const topology = (change: object) =>
  topologySchema.parse({ nodes: [node('n1'), node('n2')], entryPoints: { web: { address: ':80' } }, ...change });

for (const { when, before = {}, after, hazards } of [
  { when: 'nothing changes', after: {}, hazards: [] },
  {
    when: 'a node comes',
    after: { nodes: [node('n1'), node('n2'), node('n3')] },
    hazards: ['joins-at-once nodes[2]'],
  },
  {
    when: 'a node comes that is to get its routes first',
    after: { nodes: [node('n1'), node('n2'), node('n3', { state: 'draining' })] },
    hazards: [],
  },
  {
    when: 'a node comes back at once',
    before: { nodes: [node('n1'), node('n2', { state: 'out' })] },
    after: { nodes: [node('n1'), node('n2')] },
    hazards: ['joins-at-once nodes[1].state'],
  },
  {
    when: 'a node comes back that has its routes',
    before: { nodes: [node('n1'), node('n2', { state: 'draining' })] },
    after: { nodes: [node('n1'), node('n2')] },
    hazards: [],
  },
  {
    when: 'a node gets a tag, and keeps the ids of before',
    after: { nodes: [node('n1', { tag: 't', formerly: ['n1'] }), node('n2')] },
    hazards: ['tag-changed nodes[0]'],
  },
  {
    when: 'a node gets a tag, and its ids of before have no route',
    after: { nodes: [node('n1', { tag: 't' }), node('n2')] },
    hazards: ['ids-without-route nodes[0]'],
  },
  {
    when: 'ids of before have no route any more',
    before: { nodes: [node('n1', { tag: 't', formerly: ['n1'] }), node('n2')] },
    after: { nodes: [node('n1', { tag: 't' }), node('n2')] },
    hazards: ['ids-without-route nodes[0]'],
  },
  {
    when: 'a node loses its tag, and keeps the ids of before',
    before: { nodes: [node('n1', { tag: 't' }), node('n2')] },
    after: { nodes: [node('n1', { formerly: ['t'] }), node('n2')] },
    hazards: ['tag-changed nodes[0]'],
  },
  {
    when: 'misroutes are passed on from now on',
    after: { misroute: 'relay' },
    hazards: ['misroute-changed misroute'],
  },
  {
    when: 'the secret of nodes becomes another',
    before: { misroute: 'relay', relaySecretFile: 'a' },
    after: { misroute: 'relay', relaySecretFile: 'b' },
    hazards: ['misroute-changed relaySecretFile'],
  },
  { when: 'a node drains', after: { nodes: [node('n1'), node('n2', { state: 'draining' })] }, hazards: [] },
  {
    when: 'a URL has its port written out',
    after: { nodes: [node('n1'), node('n2', { url: 'http://n2' })] },
    hazards: ['url-changed nodes[1].url'],
  },
  { when: 'the cookie becomes that of a URL', after: { cookie: { of: 'url' } }, hazards: ['cookie-form cookie.of'] },
  {
    when: 'it does, and does not matter',
    before: { affinity: 'session-id' },
    after: { affinity: 'session-id', cookie: { of: 'url' } },
    hazards: [],
  },
  { when: 'a node is removed', after: { nodes: [node('n1')] }, hazards: ['node-gone nodes'] },
  {
    when: 'a node is taken out',
    after: { nodes: [node('n1'), node('n2', { state: 'out' })] },
    hazards: ['node-gone nodes[1].state'],
  },
  {
    when: 'a node that was out is removed',
    before: { nodes: [node('n1'), node('n2', { state: 'out' })] },
    after: { nodes: [node('n1')] },
    hazards: [],
  },
  { when: 'the cookie is renamed', after: { cookie: { name: 'other' } }, hazards: ['cookie-renamed cookie.name'] },
  {
    when: 'the cookie is renamed and does not matter',
    before: { affinity: 'session-id' },
    after: { affinity: 'session-id', cookie: { name: 'other' } },
    hazards: [],
  },
  { when: 'the cookie moves', after: { cookie: { path: '/mcp' } }, hazards: ['cookie-scope cookie.path'] },
  { when: 'the endpoint moves', after: { prefix: '/v2/mcp' }, hazards: ['prefix-changed prefix'] },
  { when: 'handles are no longer routed', after: { handles: false }, hazards: ['handles-off handles'] },
  {
    when: 'a header of handles goes, and one is written otherwise',
    before: { handles: { headers: ['Mcp-Param-A', 'Mcp-Param-B'] } },
    after: { handles: { headers: ['mcp-param-b'] } },
    hazards: ['handle-header-gone handles.headers'],
  },
  { when: 'handles begin to be routed', before: { handles: false }, after: {}, hazards: [] },
  { when: 'the id routes go', after: { affinity: 'cookie' }, hazards: ['affinity-changed affinity'] },
])
  test(`a change is told when ${when}`, () => {
    const seen = hazardsOfChange(topology(before), topology(after)).map(({ name, path }) => `${name} ${path}`);
    assert.deepEqual(seen, hazards);
  });

test('a URL that changes voids the cookies that are hashes of it, and no others', () => {
  const said = (cookie: object): string =>
    hazardsOfChange(
      topology({ cookie }),
      topology({ cookie, nodes: [node('n1'), node('n2', { url: 'http://x' })] }),
    )[0]!.message;
  assert.match(said({ of: 'url' }), /every cookie that names it is void/);
  assert.match(said({}), /its sessions are looked for there$/);
});
