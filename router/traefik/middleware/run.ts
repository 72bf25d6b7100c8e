import type { Exchange, Middleware, Reply, ResponseHead } from '../../core/middleware.ts';

/** `ran` of an exchange that is over: whoever was still waiting for something must not go on. */
const OVER = -1;

type Outcome = Reply | undefined;

/** Runs until one of them answers; undefined: forward the request. Gives a promise only when one of them does. */
export const runRequest = (list: readonly Middleware[], exchange: Exchange, from = 0): Outcome | Promise<Outcome> => {
  for (let i = from; i < list.length; i++) {
    const reply = list[i]!.request?.(exchange);
    if (reply instanceof Promise) return goOn(list, exchange, { waiting: i, reply });
    if (reply !== undefined) return reply;
    exchange.ran = i + 1;
  }
  // Middlewares hand on an empty path, as in Traefik; no server is asked for one.
  if (exchange.request.path === '') exchange.request.path = '/';
  return undefined;
};

const goOn = async (
  list: readonly Middleware[],
  exchange: Exchange,
  at: { waiting: number; reply: Promise<Outcome> },
): Promise<Outcome> => {
  const reply = await at.reply;
  if (reply !== undefined || exchange.ran === OVER) return reply;
  exchange.ran = at.waiting + 1;
  return runRequest(list, exchange, at.waiting + 1);
};

/** Lets those the request has passed change the head of the answer. Interim answers and upgrades stay as they are. */
export const runResponse = (list: readonly Middleware[], exchange: Exchange, head: ResponseHead): void => {
  if (head.status < 200) return;
  for (let i = exchange.ran - 1; i >= 0; i--) list[i]!.response?.(exchange, head);
};

/** Must be told of every exchange that had middlewares. Each finishes once, also when another throws. */
export const runFinish = (list: readonly Middleware[], exchange: Exchange): void => {
  const { ran } = exchange;
  exchange.ran = OVER;
  const errors: unknown[] = [];
  for (let i = ran - 1; i >= 0; i--) {
    try {
      list[i]!.finish?.(exchange);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
};
