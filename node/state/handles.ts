import { z } from 'zod';
import { onlyRequestOf, type ServerContext } from '../mcp/server-context.ts';
import type { Held } from './held-state.ts';
import type { Bind, CallContext } from './principal.ts';

export type HandleOptions = {
  /** Seconds since the last use after which a handle ends. */
  readonly idle?: number;
  /** Seconds after which it ends in any case. */
  readonly ttl?: number;
  /** So many at once, on each node. */
  readonly max?: number;
  /** Who calls: only who opened a handle may use it. Without it, whoever knows the handle may. */
  readonly bind?: Bind;
};

/** The handles of one kind, as the tools of one server use them. */
export type Handles<Value> = {
  /** For a tool's input: it brings the call to the node, and tells the model how long a handle lives. */
  readonly field: z.ZodString;
  /** The new handle. A value with something to close, a worker or a browser, is made with the signal of its end. */
  open(value: Value | ((ended: AbortSignal) => Value | Promise<Value>), call?: CallContext): Promise<string>;
  /** The value, or a HandleGone: the SDK makes a tool error of it that the model reads. */
  get(id: string, call?: CallContext): Promise<Value>;
  close(id: string, call?: CallContext): Promise<void>;
};

/** Its message begins with the reason: expired, closed, owner-gone, owner-restarted, wrong-node, unknown. */
export class HandleGone extends Error {
  readonly code = 'HANDLE_GONE';
  readonly reason: string;

  constructor({ reason, sentence }: { readonly reason: string; readonly sentence: string }) {
    super(sentence);
    this.reason = reason;
  }
}

/** No new one now; the message is for the model. */
export class HandleRefused extends Error {
  readonly code = 'HANDLE_REFUSED';
}

const DEFAULTS = { idle: 30 * 60, ttl: 24 * 3600, max: 10_000 };

/** One for each kind of state, made once in a module. `baskets(context)` are those of the node that context is of. */
export const handles = <Value>(given: HandleOptions = {}): ((context: ServerContext) => Handles<Value>) => {
  const options = { ...DEFAULTS, ...given };
  const owner = {};
  return (context) => handlesAt<Value>({ context, options, owner });
};

type At = {
  readonly context: ServerContext;
  readonly options: typeof DEFAULTS & Pick<HandleOptions, 'bind'>;
  readonly owner: object;
};

const handlesAt = <Value>({ context, options, owner }: At): Handles<Value> => {
  const { state } = context;
  const callerOf = (call: CallContext | undefined) => ({
    ...context,
    request: onlyRequestOf(context) ?? call?.http?.req,
  });
  const find = async (id: string, call: CallContext | undefined): Promise<Held> => {
    const held = state.find(id, owner, callerOf(call));
    if (held) return held;
    throw new HandleGone(await state.explain(id, 'handle', callerOf(call).request?.headers.has(HEADER) ?? false));
  };
  return {
    field: fieldOf(context, options),
    open: async (value, call) => {
      refuseIf(context, state.count(owner) >= options.max, options.max);
      const times = { idleMs: options.idle * 1000, ttlMs: options.ttl * 1000 };
      const make = (ended: AbortSignal) => (value instanceof Function ? value(ended) : value);
      const whose = { owner, bind: options.bind, caller: callerOf(call), client: context.client };
      return (await state.open({ kind: 'handle', ...whose, ...times, make })).id;
    },
    get: async (id, call) => {
      const held = await find(id, call);
      state.touch(held);
      return held.value as Value;
    },
    close: async (id, call) => state.close(await find(id, call), 'closed'),
  };
};

/** A session is here to stay and must be served here; a request without one goes to another node when it comes again. */
const refuseIf = (context: ServerContext, full: boolean, max: number): void => {
  const { state } = context;
  if (full) throw new HandleRefused(`full: ${state.node} holds ${max} of these, as many as it may. Close one first.`);
  if (onlyRequestOf(context) && state.isLeaving)
    throw new HandleRefused(`draining: ${state.node} is about to stop and opens nothing new. Call again.`);
};

/** Of `Mcp-Param-Handle`, the one header by which all handles of all tools are routed. */
const HEADER_NAME = 'Handle';
const HEADER = `mcp-param-${HEADER_NAME.toLowerCase()}`;

/** Clients in browsers send no such header, and the SDK refuses calls that lack it. */
const fieldOf = (context: ServerContext, { idle, ttl }: typeof DEFAULTS): z.ZodString => {
  const lives = `It lives for ${spoken(idle)} after its last use, ${spoken(ttl)} at most, and ends with its node.`;
  const field = z.string().max(128).describe(`A handle. ${lives}`);
  return onlyRequestOf(context)?.headers.has('origin')
    ? field
    : field.meta({ ...field.meta(), 'x-mcp-header': HEADER_NAME });
};

const UNITS = [
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

const spoken = (seconds: number): string => {
  const [size, name] = UNITS.find(([unit]) => seconds >= unit && seconds % unit === 0) ?? UNITS[2];
  const count = seconds / size;
  return `${count} ${name}${count === 1 ? '' : 's'}`;
};
