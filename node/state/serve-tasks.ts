import {
  type McpServer,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  type ServerContext as ToolContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { CAPABILITIES_KEY } from '../core/era.ts';
import { INVALID_PARAMS } from '../core/json-rpc.ts';
import type { ServerContext } from '../mcp/server-context.ts';
import type { Held } from './held-state.ts';
import type { Task } from './task.ts';

/** The owner under which all tasks of a node are kept. */
export const TASKS = {};

const EXTENSION = 'io.modelcontextprotocol/tasks';

export const declaresTasks = ({ mcpReq }: ToolContext): boolean => {
  const envelope = mcpReq.envelope as Record<string, { extensions?: Record<string, unknown> }> | undefined;
  return envelope?.[CAPABILITIES_KEY]?.extensions?.[EXTENSION] !== undefined;
};

const BY_ID = z.looseObject({ taskId: z.string() });
const RESULT = z.looseObject({});

const serving = new WeakSet<McpServer>();

/** `tasks/get`, `tasks/update` and `tasks/cancel`, once for each server that has tools which are tasks. */
export const serveTasks = (server: McpServer, context: ServerContext): void => {
  if (serving.has(server)) return;
  serving.add(server);
  const inner = server.server;
  inner.registerCapabilities({ extensions: { [EXTENSION]: {} } });
  const find = (taskId: string, call: ToolContext) => findTask(context, taskId, call);
  inner.setRequestHandler('tasks/get', { params: BY_ID, result: RESULT }, async ({ taskId }, call) => {
    const held = await find(taskId, call);
    const task = held.value as Task;
    // The client has its result now: a drain need not wait for it any longer.
    if (task.isOver) void context.state.finish(held);
    return task.detailed(held.id);
  });
  inner.setRequestHandler('tasks/update', { params: BY_ID, result: RESULT }, async ({ taskId }, call) => {
    // The SDK removes them from the parameters of every method.
    ((await find(taskId, call)).value as Task).answer(call.mcpReq.inputResponses ?? {});
    return {};
  });
  inner.setRequestHandler('tasks/cancel', { params: BY_ID, result: RESULT }, async ({ taskId }, call) => {
    const held = await find(taskId, call);
    (held.value as Task).cancel();
    held.ended.abort('cancelled');
    void context.state.finish(held);
    return {};
  });
};

const findTask = async (context: ServerContext, taskId: string, call: ToolContext): Promise<Held> => {
  if (!declaresTasks(call))
    throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { extensions: { [EXTENSION]: {} } } });
  const { state, request } = context;
  const held = state.find(taskId, TASKS, context);
  if (held) return held;
  const inHeader = request?.headers.has('mcp-name') ?? false;
  const { reason, sentence } = await state.explain(taskId, 'task', { inHeader });
  throw new ProtocolError(INVALID_PARAMS, `Task not found (${sentence})`, { reason });
};
