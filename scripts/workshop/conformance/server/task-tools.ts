import { setTimeout as wait } from 'node:timers/promises';
import { inputRequired, type McpServer, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { ServerContext } from '../../../../node/mcp/server-context.ts';
import { addTask } from '../../../../node/state/add-task.ts';
import { text } from './samples.ts';

const NOTHING = z.object({});
const CONFIRM = z.object({ confirm: z.boolean() });
const asked = (message: string) => inputRequired.elicit({ message, requestedSchema: CONFIRM });

export const addTaskTools = (server: McpServer, context: ServerContext): void => {
  const greeting = { description: 'Greets.', inputSchema: z.object({ name: z.string() }) };
  server.registerTool('greet', greeting, ({ name }) => ({ content: [text(`Hello, ${name}!`)] }));
  addTask(server, context, {
    name: 'slow_compute',
    description: 'Takes its time.',
    inputSchema: z.object({ seconds: z.number(), label: z.string().optional() }),
    run: async ({ seconds, label }, { signal }) => {
      await wait(seconds * 1000, undefined, { signal });
      return { content: [text(`${label} took ${seconds} s`)] };
    },
  });
  addTask(server, context, {
    name: 'failing_job',
    description: 'Its result is an error.',
    inputSchema: NOTHING,
    run: async (_, { signal }) => {
      await wait(1000, undefined, { signal });
      return { isError: true, content: [text('this job always fails')] };
    },
  });
  addTask(server, context, {
    name: 'protocol_error_job',
    description: 'Throws.',
    inputSchema: NOTHING,
    run: () => Promise.reject(new ProtocolError(ProtocolErrorCode.InternalError, 'this job always throws')),
  });
  addTask(server, context, {
    name: 'confirm_delete',
    description: 'Asks before it deletes.',
    inputSchema: z.object({ filename: z.string() }),
    run: async ({ filename }, task) => {
      await task.ask({ confirm: asked(`Delete ${filename}?`) });
      return { content: [text(`deleted ${filename}`)] };
    },
  });
  addTask(server, context, {
    name: 'multi_input',
    description: 'Asks two questions at once.',
    inputSchema: NOTHING,
    run: async (_, task) => {
      await task.ask({ first: asked('The first?'), second: asked('The second?') });
      return { content: [text('both are answered')] };
    },
  });
};
