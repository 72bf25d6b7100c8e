import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authenticate } from './http/identify.ts';

export { createServer } from './example/minimal.ts';

/** The token itself names the user. */
export const authenticate: Authenticate = ({ headers }) => {
  const [, sub] = /^Bearer (\w+)$/.exec(headers.get('authorization') ?? '') ?? [];
  if (sub === undefined) return new Response(null, { status: 401, headers: { 'www-authenticate': CHALLENGE } });
  return { token: sub, clientId: 'an-app', scopes: [], extra: { iss: 'https://a.example', sub } };
};

const CHALLENGE = 'Bearer error="invalid_token"';

export const routes = (req: IncomingMessage, res: ServerResponse): boolean => {
  if (req.url !== '/.well-known/oauth-protected-resource') return false;
  res.end(JSON.stringify({ resource: 'http://localhost/mcp' }));
  return true;
};
