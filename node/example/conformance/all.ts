import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { addContentTools } from './content-tools.ts';
import { addElicitationTools } from './elicitation-tools.ts';
import { addPrompts } from './prompts.ts';
import { addResources } from './resources.ts';
import { addRunningTools } from './running-tools.ts';

/** What the public conformance suite asks a server for, by its names. */
export const addConformance = (server: McpServer): void => {
  addContentTools(server);
  addRunningTools(server);
  addElicitationTools(server);
  addResources(server);
  addPrompts(server);
};
