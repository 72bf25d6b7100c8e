import { EventEmitter, on } from 'node:events';
import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

const REMEMBER = {
  description: "Gives this session's worker something to remember.",
  inputSchema: z.object({ text: z.string().max(1000) }),
};
const RECALL = { description: "All that this session's worker has been given.", inputSchema: z.object({}) };

const MAX_REMEMBERED = 1000;

type Job = { readonly text: string; done(): void };

/** State that cannot move to another process: a channel, and a worker that reads it until the session ends. */
export const addWorker = (server: McpServer, ended: AbortSignal): void => {
  let channel: EventEmitter | undefined;
  const remembered: string[] = [];
  server.registerTool('remember', REMEMBER, async ({ text }) => {
    channel ??= startWorker(remembered, ended);
    await new Promise<void>((done) => channel?.emit('job', { text, done }));
    return { content: [{ type: 'text', text: `remembered ${remembered.length}` }] };
  });
  server.registerTool('recall', RECALL, () => ({ content: [{ type: 'text', text: JSON.stringify(remembered) }] }));
};

const startWorker = (remembered: string[], ended: AbortSignal): EventEmitter => {
  const channel = new EventEmitter();
  const jobs = on(channel, 'job', { signal: ended });
  void work(jobs, remembered).catch(() => undefined); // It ends with the session.
  return channel;
};

const work = async (jobs: AsyncIterable<Job[]>, remembered: string[]): Promise<void> => {
  for await (const [job] of jobs) {
    if (!job) continue;
    remembered.push(job.text);
    if (remembered.length > MAX_REMEMBERED) remembered.shift();
    job.done();
  }
};
