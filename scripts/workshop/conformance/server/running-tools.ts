import { setTimeout as wait } from 'node:timers/promises';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { clientLog } from './client-log.ts';
import { text } from './samples.ts';

const NOTHING = z.object({});
const PROMPT = z.object({ prompt: z.string() });
const PAUSE_MS = 50;

/** Tools that send messages while they run. */
export const addRunningTools = (server: McpServer): void => {
  addLogging(server);
  addProgress(server);
  addReconnection(server);
  const sampling = { description: 'Asks the model of the client.', inputSchema: PROMPT };
  server.registerTool('test_sampling', sampling, async ({ prompt }, { requestId }) => {
    const messages = [{ role: 'user' as const, content: text(prompt) }];
    const { content } = await server.server.createMessage(
      { messages, maxTokens: 100 },
      { relatedRequestId: requestId },
    );
    return { content: [text(`LLM response: ${content.type === 'text' ? content.text : content.type}`)] };
  });
};

const addLogging = (server: McpServer): void => {
  const log = clientLog(server);
  const config = { description: 'Logs three messages.', inputSchema: NOTHING };
  server.registerTool('test_tool_with_logging', config, async (_, { requestId }) => {
    await log({ data: 'Tool execution started', during: requestId });
    await wait(PAUSE_MS);
    await log({ data: 'Tool processing data', during: requestId });
    await wait(PAUSE_MS);
    await log({ data: 'Tool execution completed', during: requestId });
    return { content: [text('logged three messages')] };
  });
};

const addProgress = (server: McpServer): void => {
  const config = { description: 'Tells its progress three times.', inputSchema: NOTHING };
  server.registerTool('test_tool_with_progress', config, async (_, { _meta, sendNotification }) => {
    const progressToken = _meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progress > 0) await wait(PAUSE_MS);
      if (progressToken === undefined) continue;
      await sendNotification({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
    }
    return { content: [text('told progress three times')] };
  });
};

const addReconnection = (server: McpServer): void => {
  const config = {
    description: 'Lets go of its stream; the answer waits for the client to return.',
    inputSchema: NOTHING,
  };
  server.registerTool('test_reconnection', config, async (_, { closeSSEStream }) => {
    closeSSEStream?.();
    await wait(2 * PAUSE_MS);
    return { content: [text('Reconnection test completed successfully')] };
  });
};
