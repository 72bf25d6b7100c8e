import assert from 'node:assert/strict';
import test from 'node:test';
import { hazardsOf } from '../hazards.ts';
import { topologySchema } from '../topology.ts';

const TLS = { websecure: { address: ':443', tls: true } };
const INTERNAL = { traefik: { address: '127.0.0.1:9100' } };

const hazardsIn = (entryPoints: object, more: object = {}) =>
  hazardsOf(
    topologySchema.parse({
      nodes: ['n1', 'n2'].map((id) => ({ id, url: `http://${id}:1` })),
      entryPoints: { ...TLS, ...entryPoints },
      ...more,
    }),
  );

for (const { to, others = {}, says } of [
  { to: 'gone', says: /^there is no entry point gone;/ },
  { to: 'web', says: /^web redirects to itself:/ },
  { to: 'traefik', says: /^traefik is Traefik's own/ },
  { to: 'plain', others: { plain: { address: ':81', redirectTo: 'websecure' } }, says: /^plain redirects too:/ },
])
  test(`a redirection to ${to} is refused, and the remedy names the entry points that serve`, () => {
    const web = { address: ':80', redirectTo: to };
    const { message, remedy } = hazardsIn({ ...INTERNAL, ...others, web, api: { address: ':82', tls: true } }).find(
      ({ name }) => name === 'redirection',
    )!;
    assert.match(message, says);
    assert.equal(remedy, 'set it to one of: websecure, api');
  });

test('if no entry point serves, the remedy for a redirection is to add one', () => {
  const topology = { entryPoints: { web: { address: ':80', redirectTo: 'gone' } } };
  const found = hazardsIn({}, topology).find(({ name }) => name === 'redirection');
  assert.match(found!.remedy, /^add an entry point that serves clients$/);
});

for (const { address, clashes } of [
  { address: '127.0.0.1:443', clashes: true },
  { address: ':443', clashes: true },
  { address: ':444', clashes: false },
  { address: '127.0.0.1:4443', clashes: false },
])
  test(`${address} ${clashes ? 'clashes' : 'is another'} beside :443`, () => {
    const found = hazardsIn({ ...INTERNAL, other: { address, tls: true } }).find(({ name }) => name === 'same-address');
    assert.equal(
      found?.message,
      clashes ? 'websecure and other would both listen on port 443: Traefik would not start' : undefined,
    );
  });

test('two hosts may use the same port, one host may not; port 0 is any', () => {
  const clashing = (a: string, b: string): boolean =>
    hazardsIn({ ...INTERNAL, a: { address: a, tls: true }, b: { address: b, tls: true } }).some(
      ({ name }) => name === 'same-address',
    );
  assert.equal(clashing('10.0.0.1:80', '10.0.0.2:80'), false);
  assert.equal(clashing('10.0.0.1:80', '10.0.0.1:80'), true);
  assert.equal(clashing('10.0.0.1:80', ':80'), true);
  assert.equal(clashing(':0', ':0'), false);
});

for (const { range, found } of [
  { range: '10.0.0.0/8', found: undefined },
  { range: '10.0.0.0/32', found: undefined },
  { range: '192.0.2.7', found: undefined },
  { range: 'fd00::/128', found: undefined },
  { range: '::1', found: undefined },
  { range: '10.0.0.0/33', found: 'error' },
  { range: 'fd00::/129', found: 'error' },
  { range: 'example.com', found: 'error' },
  { range: '10.0.0.0/8/8', found: 'error' },
  { range: 'any/10.0.0.0/8', found: 'error' },
  { range: '10.0.0.0/08', found: undefined },
  { range: '::/0', found: 'warning' },
])
  test(`${range} among the trusted: ${found ?? 'nothing to report'}`, () => {
    const websecure = { ...TLS.websecure, trustedIPs: [range] };
    const hazards = hazardsIn({ ...INTERNAL, websecure }).filter(({ name }) => name === 'trusted-ips');
    assert.deepEqual(
      hazards.map(({ severity, message }) => [severity, severity === 'warning' || message.includes(`"${range}"`)]),
      found === undefined ? [] : [[found, true]],
    );
  });

for (const { address, metrics = true, open } of [
  { address: ':443', open: true },
  { address: '10.0.0.1:443', open: true },
  { address: '10.127.0.1:443', open: true },
  { address: ':443', metrics: false, open: false },
  { address: '127.0.0.1:443', open: false },
  { address: 'localhost:443', open: false },
  { address: '[::1]:443', open: false },
])
  test(`metrics ${metrics ? 'at' : 'switched off at'} ${address} are ${open ? 'open' : 'nobody else’s'}`, () => {
    const found = hazardsIn({ websecure: { address, tls: true } }, { observe: { metrics } });
    const said = found.filter(({ name }) => name === 'public-metrics').map(({ message }) => message);
    assert.deepEqual(said, open ? ['anyone who can reach websecure can read GET /metrics there'] : []);
  });

test('a dedicated entry point may be anywhere', () => {
  const found = hazardsIn({ traefik: { address: ':9100' } });
  assert.deepEqual(found, []);
});
