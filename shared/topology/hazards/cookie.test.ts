import assert from 'node:assert/strict';
import test from 'node:test';
import { hazardsOf } from '../hazards.ts';
import { topologySchema } from '../topology.ts';

const TLS = { websecure: { address: ':443', tls: true }, traefik: { address: '127.0.0.1:9100' } };

const hazardsIn = (change: object) =>
  hazardsOf(
    topologySchema.parse({
      nodes: ['n1', 'n2'].map((id) => ({ id, url: `http://${id}:1` })),
      entryPoints: TLS,
      ...change,
    }),
  );
const namesIn = (change: object): string[] => hazardsIn(change).map(({ name }) => name);

for (const { when, cookie, found } of [
  { when: 'it keeps all rules', cookie: { name: '__Host-a', path: '/' }, found: [] },
  { when: 'it has no path', cookie: { name: '__Host-a' }, found: ['cookie-prefix'] },
  { when: 'it has a longer path', cookie: { name: '__Host-a', path: '/mcp' }, found: ['cookie-prefix'] },
  { when: 'it has a domain', cookie: { name: '__Host-a', path: '/', domain: 'a.b' }, found: ['cookie-prefix'] },
  { when: 'it is not secure', cookie: { name: '__Secure-a', secure: false }, found: ['cookie-prefix', 'not-secure'] },
  {
    when: 'it is open',
    cookie: { name: '__Host-a', path: '/', secure: false },
    found: ['cookie-prefix', 'not-secure'],
  },
  { when: 'it is secure', cookie: { name: '__Secure-a' }, found: [] },
])
  test(`a cookie with a special prefix, when ${when}`, () => assert.deepEqual(namesIn({ cookie }), found));

for (const { when, cors, hosts = [], sameSite = 'strict', found } of [
  { when: 'no host is named', cors: 'https://other.org', found: [] },
  { when: 'any page may come', cors: '*', found: ['cross-site'] },
  { when: 'the site is the same', cors: 'https://app.example.com', hosts: ['a.b.example.com'], found: [] },
  { when: 'one of the hosts is of the site', cors: 'https://a.org', hosts: ['b.net', 'b.a.org'], found: [] },
  { when: 'only the ending is the same', cors: 'https://other.com', hosts: ['example.com'], found: ['cross-site'] },
  { when: 'the cookie is for all', cors: '*', sameSite: 'none', found: [] },
])
  test(`pages with another origin, when ${when}`, () =>
    assert.deepEqual(namesIn({ cors: { origins: [cors] }, hosts, cookie: { sameSite } }), found));

for (const { path, sent } of [
  { path: '/', sent: true },
  { path: '/mcp', sent: true },
  { path: '/mc', sent: false },
  { path: '/mcp/v2', sent: false },
])
  test(`a cookie of ${path} is ${sent ? '' : 'not '}sent to /mcp`, () => {
    const found = hazardsIn({ cookie: { name: 'own', path } });
    assert.deepEqual(
      found.map(({ message }) => message),
      sent ? [] : [`clients send a cookie with the path ${path} only to paths below it, so never to /mcp`],
    );
  });

test('a cookie with a path is sent below it', () =>
  assert.deepEqual(namesIn({ prefix: '/a/mcp', cookie: { name: 'own', path: '/a' } }), []));

for (const { domain, hosts, refused } of [
  { domain: 'Example.com', hosts: ['a.EXAMPLE.com', 'example.com'], refused: [] },
  { domain: 'ample.com', hosts: ['example.com'], refused: ['example.com'] },
  { domain: 'example.com', hosts: ['a.example.com', 'b.org'], refused: ['b.org'] },
  { domain: 'example.com', hosts: [], refused: [] },
])
  test(`a cookie of ${domain} is refused by clients of ${refused.join() || 'no host'} among ${hosts.join() || 'none'}`, () =>
    assert.deepEqual(
      hazardsIn({ hosts, cookie: { name: 'own', domain } }).map(({ message }) => message),
      refused.map((host) => `clients of ${host} reject a cookie for the domain ${domain}`),
    ));

test('a shared cookie names the others', () => {
  const said = (change: object) => hazardsIn(change).map(({ message }) => message);
  assert.match(said({ prefix: '/a/mcp' })[0]!, /every deployment under this host:/);
  assert.match(said({ cookie: { domain: 'a.b' } })[0]!, /every deployment under a\.b:/);
  assert.deepEqual(said({ prefix: '/a/mcp', cookie: { path: '/a/mcp' } }), []);
  assert.deepEqual(said({ prefix: '/a/mcp', cookie: { name: 'own' } }), []);
});

test('a secure cookie over plain HTTP is right behind balancers alone', () => {
  const remedyFor = (web: object, more: object = {}): string =>
    hazardsIn({ entryPoints: { web: { address: ':80', ...web }, traefik: TLS.traefik, ...more } })[0]!.remedy;
  assert.match(remedyFor({ trustedIPs: ['10.0.0.0/8'] }), /^fine if the balancers/);
  assert.match(remedyFor({}), /^add tls: true/);
});

test('a name with rules says which rules', () => {
  const [hazard] = hazardsIn({ cookie: { name: '__Secure-a', secure: false } });
  assert.equal(hazard?.message, 'clients reject a cookie whose name begins with __Secure- unless it has secure: true');
});

test('an insecure cookie is fine without TLS, and is not reported if nothing serves it', () => {
  const open = { cookie: { secure: false } };
  assert.deepEqual(namesIn({ ...open, entryPoints: { web: { address: ':80' }, traefik: TLS.traefik } }), []);
  assert.deepEqual(namesIn({ ...open, entryPoints: { traefik: TLS.traefik } }), ['nobody-serves']);
});
