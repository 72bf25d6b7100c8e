import assert from 'node:assert/strict';
import test from 'node:test';
import { readPin } from './pin-cookie.ts';
import { type AbsenceFacts, explainAbsence, refusalOf, whereNow } from './which-404.ts';

const facts = (given: Partial<AbsenceFacts>): AbsenceFacts => ({
  location: { kind: 'unknown' },
  node: 'n1',
  cookie: { sent: false },
  cookieName: '_mcp_backend',
  ...given,
});

for (const kind of ['unknown', 'expired', 'closed', 'forgotten', 'server-ended'] as const)
  test(`${kind}: names no owner and says to initialize again`, () => {
    const { remedy, ...rest } = explainAbsence(facts({ location: { kind } }));
    assert.deepEqual(rest, { reason: kind, node: 'n1', cookie: { sent: false } });
    assert.match(remedy, /Send initialize without Mcp-Session-Id/);
  });

for (const [word, kind] of [
  ['answers', 'wrong-node'],
  ['unreachable', 'wrong-node'],
  ['refuses', 'owner-gone'],
  ['silent', 'owner-silent'],
  ['replaced', 'owner-restarted'],
] as const)
  test(`a record whose owner ${word}: ${kind}`, () => {
    assert.deepEqual(whereNow('n2', word), { kind, owner: 'n2' });
  });

test('only a session on a frozen node is a 503, so that the client keeps its id and retries', () => {
  const refusal = (kind: 'owner-silent' | 'owner-gone') =>
    refusalOf(explainAbsence(facts({ location: { kind, owner: 'n2' } })));
  const { status, code, message, headers } = refusal('owner-silent');
  assert.deepEqual([status, code, headers], [503, -32000, { 'retry-after': '2' }]);
  assert.match(message, /again, with the same Mcp-Session-Id/);
  assert.doesNotMatch(message, /initialize/);
  const gone = refusal('owner-gone');
  assert.deepEqual([gone.status, gone.code], [404, -32001]);
  assert.match(gone.message, /^Session not found \(owner-gone\)\. n2 .* Send initialize /);
});

for (const kind of ['wrong-node', 'owner-silent', 'owner-restarted', 'owner-gone'] as const)
  test(`${kind}: names the owner`, () => {
    const { reason, owner, remedy } = explainAbsence(facts({ location: { kind, owner: 'n2' } }));
    assert.deepEqual([reason, owner], [kind, 'n2']);
    assert.match(remedy, /n2/);
  });

test('without the registry the reason is unknown, and the remedy says so', () => {
  const { reason, remedy } = explainAbsence(facts({ location: { kind: 'unavailable' } }));
  assert.equal(reason, 'unknown');
  assert.match(remedy, /registry is not available/);
});

for (const [cookie, said] of [
  [{ sent: false }, /the request had no _mcp_backend cookie/],
  [{ sent: true, node: 'n2' }, /cookie names it, but the balancer considers it down, or/],
  [{ sent: true, node: 'n1' }, /cookie names n1, set after the session was opened/],
  [{ sent: true, node: 'n3' }, /cookie names n3/],
  [{ sent: true }, /cookie names no known node/],
] as const)
  test(`at the wrong node with ${JSON.stringify(cookie)} the remedy says what is wrong with the pin`, () => {
    const { remedy } = explainAbsence(facts({ location: { kind: 'wrong-node', owner: 'n2' }, cookie }));
    assert.match(remedy, said);
    assert.match(remedy, /HeaderRegexp\(`Mcp-Session-Id`, `\^n2\\\.`\)/);
  });

const NODES = [
  { node: 'n1', url: 'http://a' },
  { node: 'n2', url: 'http://b' },
];
for (const [value, pin] of [
  [undefined, { sent: false }],
  ['<n2>', { sent: true, node: 'n2' }],
  ['<http://b>', { sent: true, node: 'n2' }],
  ['', { sent: true }],
  ['__proto__', { sent: true }],
] as const)
  test(`the cookie ${value} reads as ${JSON.stringify(pin)}`, () => {
    assert.deepEqual(readPin({ value, nodes: NODES, cookiesOf: ({ node, url }) => [`<${node}>`, `<${url}>`] }), pin);
  });
