import { z } from 'zod';
import { onlyRequestOf, type ServerContext } from '../mcp/server-context.ts';
import type { Held } from './held-state.ts';
import type { Bind, CallContext } from './principal.ts';

export type HandleOptions = {
  /** Seconds since the last use after which a handle ends. */
  readonly idle?: number;
  /** Seconds after which it always ends. */
  readonly ttl?: number;
  /** Maximum number at once, on each node. */
  readonly max?: number;
  /**
   * Identifies the caller: only the one who opened a handle may use it. Without it, anyone who knows the handle may.
   */
  readonly bind?: Bind;
};

/** The handles of one kind, as the tools of one server use them. */
export type Handles<Value> = {
  /** For a tool's input: it routes the call to the node, and tells the model how long a handle lives. */
  readonly field: z.ZodString;
  /** The new handle. A value that must be closed, like a worker or a browser, gets a signal that fires at its end. */
  open(value: Value | ((ended: AbortSignal) => Value | Promise<Value>), call?: CallContext): Promise<string>;
  /** The value, or throws HandleGone: the SDK turns it into a tool error that the model reads. */
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

/** No new handle can be opened now; the message is for the model. */
export class HandleRefused extends Error {
  readonly code = 'HANDLE_REFUSED';
}

const DEFAULTS = { idle: 30 * 60, ttl: 24 * 3600, max: 10_000 };

/** One for each kind of state, created once in a module. `baskets(context)` gives those of the context's node. */
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
    const headers = callerOf(call).request?.headers;
    const came = { inHeader: headers?.has(HEADER) ?? false, fromPage: headers?.has('origin') ?? false };
    throw new HandleGone(await state.explain(id, 'handle', came));
  };
  return {
    field: fieldOf(context, options),
    open: async (value, call) => {
      // The sweep may come a minute later.
      if (state.count(owner) >= options.max) await state.closeIdle(state.now());
      refuseIf(context, state.count(owner) >= options.max, options.max);
      const times = { idleMs: options.idle * 1000, ttlMs: options.ttl * 1000 };
      const make = (ended: AbortSignal) => (value instanceof Function ? value(ended) : value);
      const ownership = { owner, bind: options.bind, caller: callerOf(call), client: context.client };
      return (await state.open({ kind: 'handle', ...ownership, ...times, make })).id;
    },
    get: async (id, call) => {
      const held = await find(id, call);
      state.touch(held);
      return held.value as Value;
    },
    close: async (id, call) => state.close(await find(id, call), 'closed'),
  };
};

/** A session stays here and must be served here; a request without one goes to another node when it is retried. */
const refuseIf = (context: ServerContext, full: boolean, max: number): void => {
  const { state } = context;
  if (full) throw new HandleRefused(`full: ${state.node} has reached its limit of ${max} of these. Close one first.`);
  if (onlyRequestOf(context) && state.isLeaving)
    throw new HandleRefused(`draining: ${state.node} is about to stop and opens nothing new. Call again.`);
};

/** For `Mcp-Param-Handle`, the one header that routes all handles of all tools. */
const HEADER_NAME = 'Handle';
const HEADER = `mcp-param-${HEADER_NAME.toLowerCase()}`;

/** Browsers do not send this header, and the SDK refuses calls that lack it. */
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
