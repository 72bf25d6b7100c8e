import { INTERNAL_ERROR, INVALID_PARAMS, type RequestId } from '../../core/json-rpc.ts';
import type { EventBus, NodeEvent } from '../../state/event-bus.ts';

/** What a client subscribes to, as in `subscriptions/listen`. */
export type Filter = {
  readonly toolsListChanged?: boolean;
  readonly promptsListChanged?: boolean;
  readonly resourcesListChanged?: boolean;
  readonly resourceSubscriptions?: readonly string[];
  /** Of the tasks extension. */
  readonly taskIds?: readonly string[];
};

/** The notifications that the server declares in its capabilities. */
export type Capabilities = {
  readonly tools?: { readonly listChanged?: boolean };
  readonly prompts?: { readonly listChanged?: boolean };
  readonly resources?: { readonly listChanged?: boolean; readonly subscribe?: boolean };
  readonly extensions?: Readonly<Record<string, unknown>>;
};

export type Listening = {
  readonly id: RequestId;
  readonly filter: Filter;
  readonly capabilities: Capabilities;
  /** Whether the caller may see a task that has an owner. */
  readonly maySee: (principal: string) => boolean;
};

export type Listeners = { open(listening: Listening): Response };

const TASKS = 'io.modelcontextprotocol/tasks';
const SUBSCRIPTION_KEY = 'io.modelcontextprotocol/subscriptionId';
const HEADERS = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' };
/** For one stream: URIs of resources and task ids together. All streams look at every event. */
const MAX_WATCHED = 1000;
/** Proxies cut connections that are silent for a minute. */
const KEEP_ALIVE_MS = 15_000;

/** Streams of changes. The SDK has them too, but without tasks. */
export const listenersOn = (
  bus: EventBus,
  { max, ended }: { readonly max: number; readonly ended: AbortSignal },
): Listeners => {
  const open = new Set<() => void>();
  ended.addEventListener('abort', () => {
    for (const close of [...open]) close();
  });
  return {
    open: ({ id, filter, capabilities, maySee }) => {
      if (open.size >= max) return refusal(id, INTERNAL_ERROR, 'The limit of open streams is reached');
      if (!areIds(filter.taskIds)) return refusal(id, INVALID_PARAMS, NO_IDS);
      const accepted = honored(filter, capabilities);
      const watched = { uris: new Set(accepted.resourceSubscriptions), tasks: new Set(accepted.taskIds) };
      if (watched.uris.size + watched.tasks.size > MAX_WATCHED) return refusal(id, INVALID_PARAMS, TOO_MANY);
      let end = (): void => undefined;
      const body = new ReadableStream<string>({
        start: (stream) => {
          const send = (message: object) => stream.enqueue(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
          const note = (method: string, params: object) =>
            send({ jsonrpc: '2.0', method, params: { ...params, _meta: { [SUBSCRIPTION_KEY]: id } } });
          note('notifications/subscriptions/acknowledged', { notifications: accepted });
          const unsubscribe = bus.subscribe((event) => {
            if (!wants(accepted, watched, event) || !mayReceive(event, maySee)) return;
            const { method, params } = notificationOf(event);
            note(method, params);
          });
          const alive = setInterval(() => stream.enqueue(': keepalive\n\n'), KEEP_ALIVE_MS).unref();
          const release = (): void => {
            clearInterval(alive);
            unsubscribe();
            open.delete(close);
          };
          const close = (): void => {
            release();
            send({ jsonrpc: '2.0', id, result: { resultType: 'complete', _meta: { [SUBSCRIPTION_KEY]: id } } });
            stream.close();
          };
          open.add(close);
          end = release;
          if (Object.keys(accepted).length === 0 || ended.aborted) close();
        },
        cancel: () => end(),
      });
      return new Response(body.pipeThrough(new TextEncoderStream()), { headers: HEADERS });
    },
  };
};

/** The SDK has checked the rest of the filter, but does not know tasks. */
const areIds = (ids: unknown): boolean =>
  ids === undefined || (Array.isArray(ids) && ids.every((id) => typeof id === 'string'));

const NO_IDS = 'Invalid params: taskIds is no list of ids';
const TOO_MANY = `Invalid params: a stream may name ${MAX_WATCHED} resources and tasks; open another one for the rest`;

const refusal = (id: RequestId, code: number, message: string): Response =>
  Response.json({ jsonrpc: '2.0', id, error: { code, message } });

/** The part of a filter that is supported; the rest is left out of the acknowledgement. */
const honored = (filter: Filter, { tools, prompts, resources, extensions }: Capabilities): Filter => ({
  ...(filter.toolsListChanged && tools?.listChanged && { toolsListChanged: true }),
  ...(filter.promptsListChanged && prompts?.listChanged && { promptsListChanged: true }),
  ...(filter.resourcesListChanged && resources?.listChanged && { resourcesListChanged: true }),
  ...(filter.resourceSubscriptions?.length &&
    resources?.subscribe && { resourceSubscriptions: filter.resourceSubscriptions }),
  ...(filter.taskIds?.length && extensions?.[TASKS] !== undefined && { taskIds: filter.taskIds }),
});

type Watched = { readonly uris: ReadonlySet<string>; readonly tasks: ReadonlySet<string> };

const wants = (accepted: Filter, { uris, tasks }: Watched, event: NodeEvent): boolean => {
  switch (event.kind) {
    case 'resource':
      return uris.has(event.uri);
    case 'task':
      return tasks.has(event.task.taskId);
    default:
      return accepted[`${event.kind}ListChanged`] === true;
  }
};

const mayReceive = (event: NodeEvent, maySee: (principal: string) => boolean): boolean =>
  event.kind !== 'task' || event.principal === undefined || maySee(event.principal);

const notificationOf = (event: NodeEvent): { readonly method: string; readonly params: object } => {
  switch (event.kind) {
    case 'resource':
      return { method: 'notifications/resources/updated', params: { uri: event.uri } };
    case 'task':
      return { method: 'notifications/tasks', params: event.task };
    default:
      return { method: `notifications/${event.kind}/list_changed`, params: {} };
  }
};
