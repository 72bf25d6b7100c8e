import assert from 'node:assert/strict';
import test from 'node:test';
import { whyGone } from './why-gone.ts';

const facts = { what: 'handle', node: 'n1', inHeader: false } as const;

for (const { location, expect } of [
  { location: { kind: 'closed' }, expect: 'closed: the handle was closed. Open a new one.' },
  { location: { kind: 'expired' }, expect: 'expired: the handle has expired. Open a new one.' },
  {
    location: { kind: 'owner-gone', owner: 'n2' },
    expect: /^owner-gone: n2 is no longer running, .* Open a new one\.$/,
  },
  { location: { kind: 'owner-restarted', owner: 'n2' }, expect: /^owner-restarted: n2 has restarted, / },
  { location: { kind: 'owner-silent', owner: 'n2' }, expect: /^owner-silent: n2 has .*Try again in a few seconds\.$/ },
  { location: { kind: 'unknown' }, expect: 'unknown: no node has this handle. Open a new one.' },
  {
    location: { kind: 'unavailable' },
    expect: /^unavailable: n1 does not have the handle, .* Try again in a few seconds\.$/,
  },
  {
    location: { kind: 'wrong-node', owner: 'n2' },
    expect: /without Mcp-Param-Handle: list the tools again and repeat the call\.$/,
  },
] as const)
  test(`the error for a missing handle begins with the reason: ${location.kind}`, () => {
    const { sentence, reason } = whyGone({ ...facts, location });
    assert.ok(sentence.startsWith(`${reason}: `));
    if (expect instanceof RegExp) assert.match(sentence, expect);
    else assert.equal(sentence, expect);
  });

test('a handle that came with its header, and a task, have other remedies', () => {
  const location = { kind: 'wrong-node', owner: 'n2' } as const;
  assert.match(whyGone({ ...facts, location, inHeader: true }).sentence, /Mcp-Param-Handle names it, but the proxy/);
  assert.match(whyGone({ ...facts, what: 'task', location }).sentence, /without Mcp-Name: /);
  assert.match(whyGone({ ...facts, what: 'task', location: { kind: 'expired' } }).sentence, / Start it again\.$/);
});

test('the remedy for a page without the header is not to list the tools again', () => {
  const location = { kind: 'wrong-node', owner: 'n2' } as const;
  const { sentence } = whyGone({ ...facts, location, fromPage: true });
  assert.match(sentence, /^wrong-node: .* cookie .* Open a new one\.$/);
  assert.doesNotMatch(sentence, /list the tools/);
});
