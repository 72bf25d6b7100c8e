import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { defineServer } from '../../../../node/mcp/open-session.ts';
import { addContentTools } from './content-tools.ts';
import { addElicitationTools } from './elicitation-tools.ts';
import { lazyValidator } from './lazy-validator.ts';
import { addPrompts } from './prompts.ts';
import { addResources } from './resources.ts';
import { addRunningTools } from './running-tools.ts';
import { addSubscriptions } from './subscriptions.ts';

/** What the public conformance suite requests from a server, under its names. */
export const createServer = defineServer(() => {
  const server = new McpServer({ name: 'conformance', version: '1.0.0' }, { jsonSchemaValidator: lazyValidator() });
  addContentTools(server);
  addRunningTools(server);
  addElicitationTools(server);
  addSubscriptions(server);
  addResources(server);
  addPrompts(server);
  return server;
});
