import { setTimeout as wait } from 'node:timers/promises';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { clientLog } from './client-log.ts';
import { addSubscriptions } from './subscriptions.ts';

const INPUT = z.object({
  steps: z.number().int().min(1).max(10_000).default(5),
  stepMs: z.number().int().min(0).max(60_000).default(100),
  ask: z.boolean().default(false).describe('Ask the user and the model on the way.'),
});
const CONFIG = {
  description: 'A task of many steps, which tells how far it is and can be cancelled.',
  inputSchema: INPUT,
};
const PROGRESS_URI = 'example://long-task';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

export const addLongTask = (server: McpServer): void => {
  const log = clientLog(server);
  const watched = addSubscriptions(server);
  let state = 'not begun';
  server.registerResource('long-task', PROGRESS_URI, { description: 'How far the long task is.' }, ({ href }) => ({
    contents: [{ uri: href, mimeType: 'text/plain', text: state }],
  }));
  server.registerTool('long_task', CONFIG, async ({ steps, stepMs, ask }, extra) => {
    for (let step = 1; step <= steps; step++) {
      await wait(stepMs, undefined, { signal: extra.signal });
      state = `step ${step} of ${steps}`;
      await tellProgress(extra, step, steps);
      await log({ data: state, during: extra.requestId });
      if (watched.has(PROGRESS_URI)) await server.server.sendResourceUpdated({ uri: PROGRESS_URI });
    }
    const answers = ask ? await askClient(server, extra) : '';
    return { content: [{ type: 'text', text: `done: ${state}${answers}` }] };
  });
};

const tellProgress = async ({ _meta, sendNotification }: Extra, progress: number, total: number): Promise<void> => {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return;
  await sendNotification({ method: 'notifications/progress', params: { progressToken, progress, total } });
};

const askClient = async ({ server }: McpServer, { requestId }: Extra): Promise<string> => {
  const during = { relatedRequestId: requestId };
  const can = server.getClientCapabilities();
  const user = can?.elicitation
    ? await server.elicitInput({ message: 'Was it long enough?', requestedSchema: YES_OR_NO }, during)
    : undefined;
  const question = { role: 'user' as const, content: { type: 'text' as const, text: 'Say something short.' } };
  const model = can?.sampling ? await server.createMessage({ messages: [question], maxTokens: 50 }, during) : undefined;
  return `; the user: ${JSON.stringify(user ?? 'not asked')}; the model: ${JSON.stringify(model?.content ?? 'not asked')}`;
};

const YES_OR_NO = { type: 'object' as const, properties: { enough: { type: 'boolean' as const } } };
