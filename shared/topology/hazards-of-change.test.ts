import assert from 'node:assert/strict';
import test from 'node:test';
import { hazardsOfChange } from './hazards-of-change.ts';
import { assertWorded } from './test-hazards.ts';
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
  {
    when: 'the cookie is for another domain',
    after: { cookie: { domain: 'a.b' } },
    hazards: ['cookie-scope cookie.domain'],
  },
  {
    when: 'the cookie goes, and its name with it',
    after: { affinity: 'session-id', cookie: { name: 'other' } },
    hazards: ['affinity-changed affinity'],
  },
  { when: 'the id routes come', before: { affinity: 'cookie' }, after: {}, hazards: [] },
  {
    when: 'the cookie routes come, by another name',
    before: { affinity: 'session-id' },
    after: { cookie: { name: 'other' } },
    hazards: [],
  },
  {
    when: 'misroutes are refused from now on, and the secret goes',
    before: { misroute: 'relay', relaySecretFile: 'a' },
    after: {},
    hazards: ['misroute-changed misroute'],
  },
  {
    when: 'the secret becomes another, which no node uses',
    before: { relaySecretFile: 'a' },
    after: { relaySecretFile: 'b' },
    hazards: [],
  },
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
  test(`a change is reported when ${when}`, () => {
    const found = hazardsOfChange(topology(before), topology(after));
    assert.deepEqual(
      found.map(({ name, severity, path }) => `${severity} ${name} ${path}`),
      hazards.map((hazard) => `warning ${hazard}`),
    );
    found.forEach(assertWorded);
  });

test('a changed URL invalidates the cookies that are hashes of it, and no others', () => {
  const said = (cookie: object): string =>
    hazardsOfChange(
      topology({ cookie }),
      topology({ cookie, nodes: [node('n1'), node('n2', { url: 'http://x' })] }),
    )[0]!.message;
  assert.match(said({ of: 'url' }), /every cookie that names it is void/);
  assert.match(said({}), /requests of its sessions go there$/);
});

const nodes = (...all: object[]) => ({ nodes: [node('n1'), ...all] });

for (const { when, before, after, says, remedy } of [
  {
    when: 'a node that did not drain is removed',
    before: {},
    after: nodes(),
    says: /^n2 is taken out without a drain: /,
    remedy: /^set its state to draining first/,
  },
  {
    when: 'a node that drains is removed',
    before: nodes(node('n2', { state: 'draining' })),
    after: nodes(),
    says: /^n2 is taken out: /,
    remedy: /^wait until it has no session$/,
  },
  {
    when: 'a node gets a tag',
    before: {},
    after: nodes(node('n2', { tag: 't', formerly: ['n2'] })),
    says: /^new ids of n2 begin with t once it runs with --tag t; ids that begin with n2 still lead to it$/,
    remedy: /./,
  },
  {
    when: 'a node loses its tag',
    before: nodes(node('n2', { tag: 't' })),
    after: nodes(node('n2', { formerly: ['t'] })),
    says: /^new ids of n2 begin with n2 once it runs with no tag; ids that begin with t still lead to it$/,
    remedy: /./,
  },
  {
    when: 'two former tags lose their routes',
    before: nodes(node('n2', { tag: 't', formerly: ['s', 'n2'] })),
    after: nodes(node('n2', { tag: 't' })),
    says: /begin with s or n2 any more/,
    remedy: /^keep formerly: \[s, n2\] until n2 has restarted with --tag t,/,
  },
  {
    when: 'a tag goes without a trace',
    before: nodes(node('n2', { tag: 't' })),
    after: nodes(node('n2')),
    says: /begin with t any more/,
    remedy: /^keep formerly: \[t\] until n2 has restarted with no tag,/,
  },
  {
    when: 'the secret of nodes becomes another',
    before: { misroute: 'relay', relaySecretFile: 'a' },
    after: { misroute: 'relay', relaySecretFile: 'b' },
    says: /^nodes read the secret at start/,
    remedy: /./,
  },
  {
    when: 'misroutes are passed on',
    before: {},
    after: { misroute: 'relay' },
    says: /^nodes read misroute at start/,
    remedy: /./,
  },
  {
    when: 'one of two headers of handles goes',
    before: { handles: { headers: ['Mcp-Param-A', 'mcp-param-b'] } },
    after: { handles: { headers: ['Mcp-Param-C', 'Mcp-Param-B'] } },
    says: /^handles in Mcp-Param-A are/,
    remedy: /./,
  },
  {
    when: 'a URL changes that the cookie is a hash of',
    before: { cookie: { of: 'url' } },
    after: { cookie: { of: 'url' }, ...nodes(node('n2', { url: 'http://x' })) },
    says: /^the URL of n2 changes from http:\/\/n2:1 to http:\/\/x: every cookie/,
    remedy: /^do not respell the URL/,
  },
  {
    when: 'a URL changes and there is no cookie',
    before: { affinity: 'session-id', cookie: { of: 'url' } },
    after: { affinity: 'session-id', cookie: { of: 'url' }, ...nodes(node('n2', { url: 'http://x' })) },
    says: /requests of its sessions go there$/,
    remedy: /^fine if the same process/,
  },
  {
    when: 'the cookie routes go',
    before: {},
    after: { affinity: 'session-id' },
    says: /^sessions whose id does not name their node are/,
    remedy: /./,
  },
  {
    when: 'the id routes go',
    before: {},
    after: { affinity: 'cookie' },
    says: /^clients without cookies are/,
    remedy: /./,
  },
])
  test(`a change names what it is about when ${when}`, () => {
    const [first] = hazardsOfChange(topology(before), topology(after));
    assert.match(first!.message, says);
    assert.match(first!.remedy, remedy);
  });
