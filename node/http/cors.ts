import type { ServerResponse } from 'node:http';

/** For an origin that has been checked. With credentials, because the sticky cookie counts as one. */
export const allowOrigin = (res: ServerResponse, origin: string): void => {
  res.setHeader('access-control-allow-origin', origin);
  res.setHeader('access-control-allow-credentials', 'true');
  res.setHeader('access-control-expose-headers', 'Mcp-Session-Id, WWW-Authenticate, x-mooring-node');
  res.setHeader('vary', 'Origin');
};

export const answerPreflight = (res: ServerResponse): void => {
  res.writeHead(204, {
    'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
    'access-control-allow-headers':
      'Content-Type, Accept, Authorization, Mcp-Session-Id, MCP-Protocol-Version, Last-Event-ID, Mcp-Method, Mcp-Name, Mcp-Param-Handle',
    'access-control-max-age': '600',
  });
  res.end();
};
