import { jsonObject } from '../../shared/json-object.ts';
import { excessOf } from '../core/json-bounds.ts';
import { type EventBus, localBus, type NodeEvent } from './event-bus.ts';

export type SharedBus = EventBus & {
  /** What another node has sent. */
  receive(text: string): void;
  /** Events that were not sent to other nodes: the store was down or slow, or they were too large. */
  readonly lost: number;
};

export type SharedBusOptions = {
  /** Id of this process: its own events were already delivered here. */
  readonly boot: string;
  readonly send: (text: string) => Promise<boolean>;
};

/** Maximum in flight: limits what a stalled store makes us keep in memory. */
const MAX_UNDER_WAY = 256;
/** A task's result may be larger: then only its own node sends it. */
const MAX_LENGTH = 64 * 1024;

/**
 * Delivers events here at once, and to other nodes as best effort: nothing waits for it, and lost events are counted.
 */
export const sharedBus = ({ boot, send }: SharedBusOptions): SharedBus => {
  const local = localBus();
  let underWay = 0;
  let lost = 0;
  const pass = async (text: string): Promise<void> => {
    underWay++;
    const taken = await send(text).catch(() => false);
    underWay--;
    if (!taken) lost++;
  };
  return {
    subscribe: local.subscribe,
    publish: (event) => {
      local.publish(event);
      const text = JSON.stringify({ boot, event });
      if (underWay >= MAX_UNDER_WAY || text.length > MAX_LENGTH) lost++;
      else void pass(text);
    },
    receive: (text) => {
      const event = text.length > MAX_LENGTH ? undefined : eventIn(text, boot);
      if (event) local.publish(event);
    },
    get lost() {
      return lost;
    },
  };
};

/** undefined: it is our own, or comes from another version or another program. */
const eventIn = (text: string, own: string): NodeEvent | undefined => {
  // JSON that is nested too deeply can be parsed but not serialised: delivering it would crash the process.
  if (excessOf(Buffer.from(text)) !== undefined) return undefined;
  const { boot, event } = (jsonObject(text) ?? {}) as { readonly boot?: unknown; readonly event?: NodeEvent };
  return boot !== own && isEvent(event) ? event : undefined;
};

const isEvent = (event: NodeEvent | undefined): event is NodeEvent => {
  switch (event?.kind) {
    case 'tools':
    case 'prompts':
    case 'resources':
      return true;
    case 'resource':
      return typeof event.uri === 'string';
    case 'task':
      return typeof event.task?.taskId === 'string';
    default:
      return false;
  }
};
