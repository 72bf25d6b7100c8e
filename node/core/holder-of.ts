import { ownerOf, parseSessionId } from '../../shared/registry/session-id.ts';
import type { Message } from './json-rpc.ts';

// As handles and tasks of our nodes are called: a text of a tool's input that only begins like one is none.
const STATE = /^[A-Za-z0-9_-]{1,64}\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const OF_A_TASK: ReadonlySet<string> = new Set(['tasks/get', 'tasks/update', 'tasks/cancel']);

/**
 * Which other node holds what a request of the era without sessions names. By its body: browsers do not send the headers.
 * Where it names something of this node as well, that counts.
 */
export const holderOf = (self: string, { method = '', params }: Message): string | undefined => {
  const owners = namedBy(method, objectOf(params)).flatMap((text) => {
    const id = typeof text === 'string' && STATE.test(text) ? parseSessionId(text) : null;
    return id === null ? [] : [ownerOf(id)];
  });
  return owners.some((owner) => owner === self) ? undefined : owners[0];
};

const namedBy = (method: string, params: Readonly<Record<string, unknown>>): readonly unknown[] => {
  if (OF_A_TASK.has(method)) return [params.taskId];
  if (method === 'tools/call') return Object.values(objectOf(params.arguments));
  if (method !== 'resources/read' || typeof params.uri !== 'string') return [];
  // scheme://<node>.<id>, and perhaps a path.
  return [params.uri.split('://', 2)[1]?.split('/', 1)[0]];
};

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
