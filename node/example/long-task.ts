import { setTimeout as wait } from 'node:timers/promises';
import type { McpServer, ServerContext } from '@modelcontextprotocol/server';
import { z } from 'zod';

const INPUT = z.object({
  steps: z.number().int().min(1).max(10_000).default(5),
  stepMs: z.number().int().min(0).max(60_000).default(100),
  ask: z.boolean().default(false).describe('Ask the user and the model during the task.'),
});
const CONFIG = {
  description: 'A task of many steps, which reports its progress and can be cancelled.',
  inputSchema: INPUT,
};
const PROGRESS_URI = 'example://long-task';

export const addLongTask = (server: McpServer): void => {
  const watched = addSubscriptions(server);
  let state = 'not begun';
  server.registerResource('long-task', PROGRESS_URI, { description: 'How far the long task is.' }, ({ href }) => ({
    contents: [{ uri: href, mimeType: 'text/plain', text: state }],
  }));
  server.registerTool('long_task', CONFIG, async ({ steps, stepMs, ask }, call) => {
    for (let step = 1; step <= steps; step++) {
      await wait(stepMs, undefined, { signal: call.mcpReq.signal });
      state = `step ${step} of ${steps}`;
      await sendProgress(call, step, steps);
      await call.mcpReq.log('info', state, 'example');
      if (watched.has(PROGRESS_URI)) await server.server.sendResourceUpdated({ uri: PROGRESS_URI });
    }
    const answers = ask ? await askClient(server, call) : '';
    return { content: [{ type: 'text', text: `done: ${state}${answers}` }] };
  });
};

const sendProgress = async ({ mcpReq }: ServerContext, progress: number, total: number): Promise<void> => {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return;
  await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total } });
};

/** Needs a session: without one a server cannot ask the client during a call. */
const askClient = async ({ server }: McpServer, { mcpReq, sessionId }: ServerContext): Promise<string> => {
  const can = sessionId === undefined ? undefined : server.getClientCapabilities();
  const user = can?.elicitation
    ? await mcpReq.elicitInput({ message: 'Was it long enough?', requestedSchema: YES_OR_NO })
    : undefined;
  const question = { role: 'user' as const, content: { type: 'text' as const, text: 'Say something short.' } };
  const model = can?.sampling ? await mcpReq.requestSampling({ messages: [question], maxTokens: 50 }) : undefined;
  return `; the user: ${JSON.stringify(user ?? 'not asked')}; the model: ${JSON.stringify(model?.content ?? 'not asked')}`;
};

const MAX_WATCHED = 100;

/** The resources that this session's client has subscribed to. */
const addSubscriptions = ({ server }: McpServer): ReadonlySet<string> => {
  const watched = new Set<string>();
  server.registerCapabilities({ logging: {}, resources: { subscribe: true } });
  server.setRequestHandler('resources/subscribe', ({ params }) => {
    if (watched.size >= MAX_WATCHED) throw new Error(`no more than ${MAX_WATCHED} subscriptions`);
    watched.add(params.uri);
    return {};
  });
  server.setRequestHandler('resources/unsubscribe', ({ params }) => {
    watched.delete(params.uri);
    return {};
  });
  return watched;
};

const YES_OR_NO = { type: 'object' as const, properties: { enough: { type: 'boolean' as const } } };
