import assert from 'node:assert/strict';
import test from 'node:test';
import { claimsOf, principalOf } from './principal.ts';

const AUTH = { token: 'secret', clientId: 'an-app', scopes: [] };
const ADA = { iss: 'a', sub: 'ada' };
const bearer = (payload: unknown): string =>
  `Bearer e30.${Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)).toString('base64url')}.c2ln`;

test('a principal is issuer and subject, whatever the token and the client', () => {
  const extra = { iss: 'https://a.example', sub: 'ada' };
  const first = principalOf({ ...AUTH, extra });
  assert.deepEqual(principalOf({ token: 'refreshed', clientId: 'other-app', scopes: ['x'], extra }), first);
  assert.equal(first.by, 'subject');
  for (const other of [
    { iss: 'https://b.example', sub: 'ada' },
    { iss: 'https://a.example', sub: 'bob' },
  ])
    assert.notEqual(principalOf({ ...AUTH, extra: other }).principal, first.principal);
});

test('different pairs of issuer and subject are different principals', () => {
  const of = (iss: string, sub: string) => principalOf({ ...AUTH, extra: { iss, sub } }).principal;
  assert.notEqual(of('a', 'b","c'), of('a","b', 'c'));
  assert.notEqual(of('a b', 'c'), of('a', 'b c'));
});

test('without issuer and subject it is derived from the token, never the client, and does not reveal the token', () => {
  for (const extra of [undefined, {}, { sub: 'ada' }, { iss: 'a' }, { iss: '', sub: 'ada' }, { iss: 1, sub: 2 }]) {
    const { principal, by } = principalOf({ ...AUTH, ...(extra && { extra }) });
    assert.equal(by, 'token');
    assert.doesNotMatch(principal, /secret|an-app/);
    assert.notEqual(principalOf({ ...AUTH, token: 'another' }).principal, principal);
    assert.equal(principalOf({ ...AUTH, clientId: 'other-app' }).principal, principal);
  }
});

test('the claims of a JWT are read as from an authenticator', () => {
  const claims = { iss: 'https://a.example', sub: 'ada', exp: 1 };
  assert.equal(claimsOf(bearer(claims)), principalOf({ ...AUTH, extra: claims }).principal);
  assert.equal(claimsOf(bearer(claims).replace('Bearer', 'bearer')), claimsOf(bearer(claims)));
});

for (const text of [
  undefined,
  '',
  'Bearer opaque',
  'Basic YTpi',
  'Bearer a.b',
  'Bearer a.b.c.d',
  'Bearer e30.%%.x',
  `x${bearer(ADA)}`,
  `${bearer(ADA)} more`,
  bearer('{'),
  bearer('null'),
  bearer('[]'),
  bearer({ sub: 'ada' }),
  bearer({ iss: 'a', sub: ['ada'] }),
])
  test(`${text} identifies no caller`, () => assert.equal(claimsOf(text), undefined));
