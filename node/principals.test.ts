import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import express from 'express';
import { commandOf } from '../shared/program.ts';
import { createMemoryStore, MemoryRegistry } from '../shared/registry/memory.ts';
import { claimsOf } from './core/principal.ts';
import { behindStdio } from './host/stdio/test-stdio.ts';
import { nodeBefore, testServer } from './host/upstream/test-server.ts';
import { type Asking, ask, call, initialize, MCP_HEADERS, mountedNode, open, type TestNode } from './test-bench.ts';

const PROGRAM = commandOf('./host/stdio/test-server.ts', import.meta.url);

const ISSUER = 'https://login.example';
const LATER = 4_000_000_000;

/** Tokens as an issuer makes them; those with the signature `c2ln` are genuine. */
const tokenOf = (sub: string, { exp = LATER, jti = '1', signature = 'c2ln' } = {}): string =>
  `e30.${Buffer.from(JSON.stringify({ iss: ISSUER, sub, exp, jti })).toString('base64url')}.${signature}`;

const verify = async (token: string): Promise<AuthInfo> => {
  const [, payload = '', signature] = token.split('.');
  if (signature !== 'c2ln') throw new InvalidTokenError('it was not signed by the issuer');
  const { exp, ...extra } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  return { token, clientId: 'one-app', scopes: [], expiresAt: exp as number, extra };
};

const withOAuth = mountedNode(({ handler }) =>
  express().all('/mcp', requireBearerAuth({ verifier: { verifyAccessToken: verify } }), handler),
);

const by = (token: string | undefined) => (token === undefined ? {} : { authorization: `Bearer ${token}` });

/** It authenticates, and lets every user into every session. */
const foreign = async (t: TestContext): Promise<TestNode> => {
  const { url } = await testServer(t, async ({ body, method }, res, { headers }) => {
    const json = { 'content-type': 'application/json' };
    const auth = await verify(headers.authorization?.slice(7) ?? '').catch(() => undefined);
    if (!auth || (auth.expiresAt as number) < Date.now() / 1000)
      return void res.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end();
    const named = { ...json, 'mcp-session-id': 'theirs' };
    if (body.includes('"initialize"'))
      return void res.writeHead(200, named).end('{"jsonrpc":"2.0","id":1,"result":{}}');
    if (headers['mcp-session-id'] !== 'theirs') return void res.writeHead(404, json).end('{}');
    if (method === 'GET') return void res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    res.writeHead(200, json).end('{"jsonrpc":"2.0","id":7,"result":{"content":[]}}');
  });
  const principal = (_: unknown, request: Request) => claimsOf(request.headers.get('authorization') ?? undefined);
  return nodeBefore(t, { url }, { principal });
};

const REQUESTS: Readonly<Record<string, Asking>> = {
  POST: { method: 'POST', body: call('whoami') },
  GET: { method: 'GET' },
  'GET with Last-Event-ID': { method: 'GET', headers: { 'last-event-id': 'x_get_0' } },
  DELETE: { method: 'DELETE' },
};

/** The parts of an answer that must be the same for every id. */
const seenOf = async (node: TestNode, { session, token, ...asking }: Asking & { token: string | undefined }) => {
  const headers = { ...MCP_HEADERS, ...asking.headers, ...by(token) };
  const answer = await ask(node, { ...asking, ...(session && { session }), headers });
  const { date: _, 'x-mooring-session': named, ...rest } = answer.headers;
  return { ...answer, headers: { ...rest, named: session?.startsWith(String(named)) } };
};

for (const { name, start } of [
  { name: 'Express with OAuth', start: (t: TestContext) => withOAuth(t) },
  { name: 'Express with OAuth, over stdio', start: (t: TestContext) => withOAuth(t, behindStdio(PROGRAM)) },
  { name: 'a server elsewhere with its own', start: foreign },
]) {
  const opened = async (t: TestContext) => {
    const node = await start(t);
    const answer = await ask(node, { body: initialize(), headers: by(tokenOf('ada')) });
    const session = answer.headers['mcp-session-id'] as string;
    const body = { jsonrpc: '2.0', method: 'notifications/initialized' };
    await ask(node, { session, body, headers: by(tokenOf('ada')) });
    return { node, session };
  };

  for (const [what, asking] of Object.entries(REQUESTS))
    test(`${name}: ${what} by another user looks like an unknown session, without credentials it is a 401`, async (t) => {
      const { node, session } = await opened(t);
      const unknown = `n1.${'0'.repeat(8)}-0000-4000-8000-000000000000`;
      const [other, never] = [
        await seenOf(node, { ...asking, session, token: tokenOf('bob') }),
        await seenOf(node, { ...asking, session: unknown, token: tokenOf('bob') }),
      ];
      assert.deepEqual(other, never);
      assert.deepEqual([other.status, other.json.error.data.reason], [404, 'unknown']);
      for (const token of [undefined, tokenOf('ada', { exp: 1 }), tokenOf('bob', { exp: 1 })]) {
        const refused = await seenOf(node, { ...asking, session, token });
        assert.equal(refused.status, 401);
        assert.match(refused.headers['www-authenticate'] ?? '', /^Bearer error="invalid_token"/);
      }
      assert.equal(node.table.find(session)?.id, session);
    });

  test(`${name}: the user continues with a refreshed token, and a forged token does not work`, async (t) => {
    const { node, session } = await opened(t);
    const refreshed = tokenOf('ada', { jti: '2' });
    assert.equal((await ask(node, { session, body: call('whoami'), headers: by(refreshed) })).status, 200);
    const stream = await open(node, { session, method: 'GET', headers: by(refreshed) });
    assert.equal(stream.statusCode, 200);
    stream.destroy();
    const forged = tokenOf('ada', { signature: 'forged' });
    assert.equal((await ask(node, { session, body: call('whoami'), headers: by(forged) })).status, 401);
    assert.equal((await ask(node, { session, method: 'DELETE', headers: by(refreshed) })).status, 200);
    assert.equal(node.table.size, 0);
  });
}

test("the registry is asked of another one's session what it is asked of an unknown one, and not the id", async (t) => {
  const asked: string[] = [];
  const store = createMemoryStore(Date.now);
  const node = await withOAuth(t, {
    joinRegistry: (self) => {
      const registry = new MemoryRegistry(store, self);
      const whereIs = registry.whereIs.bind(registry);
      return Object.assign(registry, {
        whereIs: (id: Parameters<typeof whereIs>[0]) => {
          asked.push(id);
          return whereIs(id);
        },
      });
    },
  });
  const answer = await ask(node, { body: initialize(), headers: by(tokenOf('ada')) });
  const session = answer.headers['mcp-session-id'] as string;
  await ask(node, { session, body: call('whoami'), headers: by(tokenOf('bob')) });
  assert.equal(asked.length, 1);
  assert.match(asked[0] as string, /^n1\./);
  assert.notEqual(asked[0], session);
});

test('sessions are bound to the caller in the proxy’s header, and requests without it are refused', async (t) => {
  const node = await mountedNode(({ handler }) => handler)(t, { principalHeader: 'x-user' });
  const answer = await ask(node, { body: initialize(), headers: { 'x-user': 'ada' } });
  const session = answer.headers['mcp-session-id'] as string;
  const statusFor = async (headers: Record<string, string | string[]>) =>
    (await ask(node, { session, body: call('whoami'), headers })).status;
  assert.deepEqual(
    [await statusFor({ 'x-user': 'ada' }), await statusFor({ 'x-user': 'bob' }), await statusFor({})],
    [200, 404, 401],
  );
  assert.equal(await statusFor({ 'x-user': ['ada', 'ada'] }), 401);
});

test('with --upstream opaque tokens bind nothing, and an unbound session can be used by anyone', async (t) => {
  const { url } = await testServer(t, ({ body }, res) => {
    const opens = body.includes('"initialize"') ? { 'mcp-session-id': 'theirs' } : {};
    res.writeHead(200, { 'content-type': 'application/json', ...opens }).end('{"jsonrpc":"2.0","id":1,"result":{}}');
  });
  const principal = (_: unknown, request: Request) => claimsOf(request.headers.get('authorization') ?? undefined);
  const node = await nodeBefore(t, { url }, { principal });
  const answer = await ask(node, { body: initialize(), headers: by('opaque') });
  const session = answer.headers['mcp-session-id'] as string;
  for (const token of ['opaque', 'another', tokenOf('ada'), undefined])
    assert.equal((await ask(node, { session, body: call('whoami'), headers: by(token) })).status, 200);
});
