import { type EventBus, localBus, type NodeEvent } from './event-bus.ts';

export type SharedBus = EventBus & {
  /** What another node has sent. */
  receive(text: string): void;
  /** Events that other nodes were not told: the store was away or slow, or they were too large. */
  readonly lost: number;
};

export type SharedBusOptions = {
  /** Of this process: what it sent itself, it has told already. */
  readonly boot: string;
  readonly send: (text: string) => Promise<boolean>;
};

/** On the way at once: what a stalled store can make us hold. */
const MAX_UNDER_WAY = 256;
/** A task's result may be larger: then only its own node tells of it. */
const MAX_LENGTH = 64 * 1024;

/** Tells events here at once, and other nodes as well as it goes: nobody waits for it, and what is lost is counted. */
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

/** undefined: it is our own, or what another version or another program has sent. */
const eventIn = (text: string, own: string): NodeEvent | undefined => {
  try {
    const { boot, event } = JSON.parse(text) as { readonly boot?: unknown; readonly event?: NodeEvent };
    return boot !== own && isEvent(event) ? event : undefined;
  } catch {
    return undefined;
  }
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
