import type { ServerContext as ToolContext } from '@modelcontextprotocol/server';
import { inputRequired, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { defineServer } from './mcp/open-session.ts';
import { addTask } from './state/add-task.ts';
import { handles } from './state/handles.ts';
import { requestState } from './state/request-state.ts';

const drawers = handles<{ readonly items: string[] }>();
/** Only a few, with a short idle time. */
export const MAX_SLIPS = 40;
const slips = handles<true>({ idle: 3, max: MAX_SLIPS });

const sealed = requestState<{ readonly file: string }>({
  ttlSeconds: 60,
  bind: ({ http }) => http?.req?.headers.get('x-user') ?? '',
});

/** Asks before it deletes; meanwhile the client holds the state. It has few slips. */
export const createServer = defineServer((context) => {
  const codec = sealed(context);
  const server = new McpServer({ name: 'careful', version: '1' }, { requestState: { verify: codec.verify } });
  const config = { inputSchema: z.object({ file: z.string() }) };
  server.registerTool('delete', config, async ({ file }, call: ToolContext) => {
    const asked = call.mcpReq.requestState<{ file: string }>();
    if (asked) return { content: [{ type: 'text', text: `${context.node} deletes ${asked.file}` }] };
    const question = inputRequired.elicit({ message: 'Sure?', requestedSchema: { type: 'object', properties: {} } });
    return inputRequired({ inputRequests: { sure: question }, requestState: await codec.mint({ file }, call) });
  });
  const { field, open, get, close } = drawers(context);
  server.registerTool('open_drawer', { inputSchema: z.object({}) }, async (_, call) => ({
    content: [{ type: 'text', text: await open({ items: [] }, call) }],
  }));
  server.registerTool('use_drawer', { inputSchema: z.object({ drawer: field }) }, async ({ drawer }, call) => {
    const count = (await get(drawer, call)).items.push('a');
    return { content: [{ type: 'text', text: `${context.node} ${count}` }] };
  });
  server.registerTool('close_drawer', { inputSchema: z.object({ drawer: field }) }, async ({ drawer }, call) => {
    await close(drawer, call);
    return { content: [{ type: 'text', text: 'closed' }] };
  });
  server.registerTool('open_slip', { inputSchema: z.object({}) }, async (_, call) => ({
    content: [{ type: 'text', text: await slips(context).open(true, call) }],
  }));
  addTask(server, context, {
    name: 'ask',
    description: 'Asks, and tells what was answered.',
    inputSchema: z.object({}),
    run: async (_, task) => {
      const method = 'elicitation/create';
      const { word } = await task.ask({ word: { method, params: { message: 'Which?', requestedSchema: {} } } });
      return { content: [{ type: 'text', text: JSON.stringify(word) }] };
    },
  });
  return server;
});
