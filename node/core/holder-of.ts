import { ownerOf, parseNodeId, parseSessionId, type SessionId } from '../../shared/registry/session-id.ts';
import { type Message, objectOf } from './json-rpc.ts';

// The exact form of our handles: other text in a tool's input may begin the same way. A task id has a place of its own,
// and those of other servers may have any form.
const STATE = /^[A-Za-z0-9_-]{1,64}\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const OF_A_TASK: ReadonlySet<string> = new Set(['tasks/get', 'tasks/update', 'tasks/cancel']);

export const isOfTask = (method: string): boolean => OF_A_TASK.has(method);

/**
 * Which other node holds the handle or task that a sessionless request names. It is found in the body, because browsers
 * do not send the headers. If the request also names something on this node, this node wins.
 */
export const holderOf = (self: string, message: Message): string | undefined => {
  const { method = '', params } = message;
  const owners = isOfTask(method) ? ownersOf(objectOf(params).taskId) : stateOf(message).map(ownerOf);
  return owners.some((owner) => owner === self) ? undefined : owners[0];
};

/** Of other servers' tasks: ids of any form and length. */
const ownersOf = (id: unknown): readonly string[] => {
  if (typeof id !== 'string' || !id.includes('.')) return [];
  return [parseNodeId(id.slice(0, id.indexOf('.'))) ?? []].flat();
};

/** The handles and the task that a request names. */
export const stateOf = ({ method = '', params }: Message): readonly SessionId[] =>
  namedBy(method, objectOf(params)).flatMap((text) =>
    typeof text === 'string' && (isOfTask(method) || STATE.test(text)) ? (parseSessionId(text) ?? []) : [],
  );

const namedBy = (method: string, params: Readonly<Record<string, unknown>>): readonly unknown[] => {
  if (isOfTask(method)) return [params.taskId];
  if (method === 'tools/call') return Object.values(objectOf(params.arguments));
  if (method !== 'resources/read' || typeof params.uri !== 'string') return [];
  // scheme://<node>.<id>, with an optional path.
  return [params.uri.split('://', 2)[1]?.split('/', 1)[0]];
};
