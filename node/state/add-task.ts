import type { CallToolResult, McpServer, ServerContext as ToolContext } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import { onlyRequestOf, type ServerContext } from '../mcp/server-context.ts';
import type { Held } from './held-state.ts';
import type { Bind } from './principal.ts';
import { declaresTasks, serveTasks, TASKS } from './serve-tasks.ts';
import { type InputRequests, type InputResponses, Task } from './task.ts';

/** A task, as its work function sees it. */
export type TaskRun = {
  /** Aborted when the client cancels, the task's time is up or the node stops. */
  readonly signal: AbortSignal;
  progress(done: number, total: number, message?: string): Promise<void>;
  /** Questions to the client's user or model, under names of your choice. Only a task can ask. */
  ask(requests: InputRequests): Promise<InputResponses>;
};

export type TaskTool<Schema extends z.ZodObject> = {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Schema;
  /** Seconds from its start for which a task can be polled. */
  readonly ttl?: number;
  /** How often a client should poll, in milliseconds. */
  readonly pollMs?: number;
  readonly bind?: Bind;
  run(input: z.output<Schema>, task: TaskRun): Promise<CallToolResult>;
};

const DEFAULTS = { ttl: 3600, pollMs: 1000 };
/** For all tools of a node together. */
const MAX_TASKS = 10_000;

/** Adds a tool that is a task if the client supports tasks, and else a plain call with progress. */
export const addTask = <Schema extends z.ZodObject>(
  server: McpServer,
  context: ServerContext,
  tool: TaskTool<Schema>,
): void => {
  const { name, description, inputSchema, run } = tool;
  // In a session it is a plain call: the older protocols have a different kind of task.
  if (onlyRequestOf(context)) serveTasks(server, context);
  if (tool.bind) context.state.binds.set(name, tool.bind);
  const handler = (input: z.output<Schema>, call: ToolContext): Promise<CallToolResult> => {
    if (!onlyRequestOf(context) || !declaresTasks(call)) return run(input, plainRun(call));
    return begin({ context, tool, work: (task) => run(input, task) });
  };
  server.registerTool(name, { description, inputSchema: inputSchema as z.ZodObject }, handler as never);
};

const plainRun = ({ mcpReq }: ToolContext): TaskRun => ({
  signal: mcpReq.signal,
  progress: async (progress, total, message) => {
    const progressToken = mcpReq._meta?.progressToken;
    if (progressToken === undefined) return;
    const params = { progressToken, progress, total, ...(message !== undefined && { message }) };
    await mcpReq.notify({ method: 'notifications/progress', params });
  },
  ask: () => Promise.reject(new Error('this needs a client that declares the extension io.modelcontextprotocol/tasks')),
});

type Beginning = {
  readonly context: ServerContext;
  readonly tool: Pick<TaskTool<z.ZodObject>, 'ttl' | 'pollMs' | 'bind'>;
  readonly work: (task: TaskRun) => Promise<CallToolResult>;
};

/** Answers once `tasks/get` can find the task. It is in memory: it outlives its request, but not its node. */
const begin = async ({ context, tool, work }: Beginning): Promise<CallToolResult> => {
  const { state, client, bus } = context;
  if (state.isLeaving) throw new Error(`draining: ${state.node} is about to stop and begins nothing new. Call again.`);
  if (state.count(TASKS) >= MAX_TASKS && !(await state.makeRoom(TASKS)))
    throw new Error(`full: ${state.node} has reached its limit of ${MAX_TASKS} tasks.`);
  const { ttl, pollMs, bind } = { bind: undefined, ...DEFAULTS, ...tool };
  const ttlMs = ttl * 1000;
  const make = () => new Task({ ttlMs, pollMs, date: () => state.date() });
  const times = { idleMs: Number.POSITIVE_INFINITY, ttlMs };
  const held = await state.open({ kind: 'task', owner: TASKS, bind, caller: context, client, ...times, make });
  const task = held.value as Task;
  task.onChange = () => {
    const principal = held.principal;
    bus.publish({ kind: 'task', task: task.detailed(held.id), ...(principal !== undefined && { principal }) });
    if (task.isOver) finishSoon(held, () => void state.finish(held));
  };
  void state.working(perform(task, held.ended.signal, work));
  return { resultType: 'task', ...task.created(held.id) } as unknown as CallToolResult;
};

/** Clients fetch a result within a few polls. A leaving node waits for this long. */
const LAST_ASKED_MS = 30_000;

const finishSoon = ({ ended }: Held, finish: () => void): void => {
  const timer = setTimeout(finish, LAST_ASKED_MS).unref();
  ended.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
};

/** Never rejects: an error ends the task. */
const perform = async (task: Task, signal: AbortSignal, work: Beginning['work']): Promise<void> => {
  const run: TaskRun = {
    signal,
    progress: async (done, total, message) => task.say(message ?? `${done} of ${total}`),
    ask: (requests) => Promise.race([task.ask(requests), endOf(signal)]),
  };
  try {
    const result = { ...(await work(run)), resultType: 'complete' };
    // A result that is not JSON could not be sent, and `tasks/get` would get no answer.
    JSON.stringify(result);
    task.complete(result);
  } catch (error) {
    const { code, message } = (error ?? {}) as { code?: unknown; message?: string };
    const text = message ?? String(error);
    if (Number.isSafeInteger(code)) task.fail({ code: code as number, message: text });
    else task.complete({ content: [{ type: 'text', text }], isError: true, resultType: 'complete' });
  }
};

const endOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
