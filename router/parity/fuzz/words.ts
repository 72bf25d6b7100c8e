/** The vocabulary of rules, middlewares and requests: only a few words, so that requests often match rules. */
export const SEGMENTS = [
  'mcp',
  'app',
  'api',
  'x',
  'a.b',
  'MCP',
  'caf%C3%A9',
  'a%20b',
  'e%2Ff',
  '%6dcp',
  'a;b',
  'a+b',
  '~x',
] as const;
export const RULE_PATHS = [
  '/',
  '/mcp',
  '/app',
  '/api',
  '/mcp/x',
  '/x',
  '/mcp/app',
  '/a b',
  '/café',
  '/e%2Ff',
  '/a;b',
  '/MCP',
  '/mc',
] as const;
export const PATH_REGEXPS = ['^/mcp', 'x$', '^/[a-z]+$', '^/(mcp|app)/?', '(?i)MCP', '\\.', '^/.*b$'] as const;
export const HOSTS = [
  'localhost',
  'a.test',
  'b.test',
  'A.Test',
  'www.a.test',
  'a.test:81',
  '127.0.0.1',
  '[::1]:80',
  'a.test.',
  '',
] as const;
export const RULE_HOSTS = ['a.test', 'b.test', 'LOCALHOST', 'www.a.test', '127.0.0.1', '::1'] as const;
export const HOST_REGEXPS = ['^a\\.', '^[a-z]+\\.test$', 'test', '^.+\\.a\\.test$'] as const;
export const METHODS = ['GET', 'GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH'] as const;
export const HEADER_NAMES = ['X-K', 'X-Who', 'Mcp-Session-Id', 'X-Api'] as const;
export const HEADER_VALUES = ['v', 'n1.abc', 'n2.abc', 'V', 'u, v', '', 'caf\xc3\xa9'] as const;
export const HEADER_REGEXPS = ['^n1\\.', '^v$', '.', '^$'] as const;
export const QUERY_NAMES = ['k', 'q', 'flag'] as const;
export const QUERY_VALUES = ['v', '1', '', 'a%20b', 'v%2B', '+'] as const;
export const QUERY_REGEXPS = ['^v', '^[0-9]+$', '.'] as const;
export const RANGES = ['127.0.0.1', '127.0.0.0/8', '10.0.0.0/8', '::1', '0.0.0.0/0'] as const;
export const COOKIE_NAMES = ['k', '_mcp_backend', 'a', 'x.y'] as const;
export const ORIGINS = ['o1', 'o2', 'o3', 'o4', 'o5', 'o6'] as const;
