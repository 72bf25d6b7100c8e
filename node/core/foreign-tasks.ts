/** Task ids of a server behind this node: they carry the node's name wherever clients see them. */

import { editStrings } from './edit-strings.ts';
import { CAPABILITIES_KEY } from './era.ts';
import { isOfTask } from './holder-of.ts';
import { type Message, messagesOfLine, objectOf } from './json-rpc.ts';
import { withoutNode } from './upstream-head.ts';

const LISTEN = 'subscriptions/listen';
const EXTENSION = 'io.modelcontextprotocol/tasks';

/** Whether a request or its answer can name a task. Everything else passes byte for byte. */
export const mayNameTask = ({ method = '', params }: Message): boolean => {
  if (isOfTask(method) || method === LISTEN) return true;
  const capabilities = objectOf(objectOf(objectOf(params)._meta)[CAPABILITIES_KEY]);
  return method === 'tools/call' && objectOf(capabilities.extensions)[EXTENSION] !== undefined;
};

const ASKED: ReadonlySet<string> = new Set(['params.taskId', 'params.notifications.taskIds.*']);

/** The body as the server expects it. */
export const bodyToServer = (node: string, { method = '' }: Message, body: Buffer): Buffer =>
  isOfTask(method) || method === LISTEN ? editStrings(body, ASKED, (id) => withoutNode(node, id)) : body;

/** A message of the server as clients expect it. `asked` is the request that it answers. */
export const messagesToClient = (node: string, asked: Message): ((json: Buffer) => Buffer) => {
  // Once, and not for each message: there may be 100,000.
  const elsewhere = new Set(listenedTo(asked).filter((id) => typeof id === 'string' && withoutNode(node, id) === id));
  return (json) => {
    // Searching the text is cheap; parsing a result of megabytes is not.
    const messages = json.includes('"taskId') ? messagesOfLine(json.toString()) : undefined;
    const told = typeof messages === 'object' ? messages[0] : undefined;
    const paths = told && pathsIn(told.message, asked);
    return paths ? editStrings(json, paths, (id) => (elsewhere.has(id) ? undefined : `${node}.${id}`)) : json;
  };
};

const pathsIn = (told: Message, { method = '' }: Message): ReadonlySet<string> | undefined => {
  if (told.method === 'notifications/tasks') return NOTIFIED;
  if (told.method === 'notifications/subscriptions/acknowledged') return ACKNOWLEDGED;
  const result = objectOf((told as { readonly result?: unknown }).result);
  return isOfTask(method) || result.resultType === 'task' ? RESULT : undefined;
};

const NOTIFIED: ReadonlySet<string> = new Set(['params.taskId']);
const ACKNOWLEDGED: ReadonlySet<string> = new Set(['params.notifications.taskIds.*']);
const RESULT: ReadonlySet<string> = new Set(['result.taskId']);

/** Ids of other nodes reach the server unchanged: to it they are unknown ids. */
const listenedTo = ({ params }: Message): readonly unknown[] => {
  const { taskIds } = objectOf(objectOf(params).notifications);
  return Array.isArray(taskIds) ? taskIds : [];
};
