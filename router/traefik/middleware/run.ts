import type { Exchange, Middleware, Reply, ResponseHead } from '../../core/middleware.ts';

/** `ran` of an exchange that is over: a middleware that was still waiting must not continue. */
const OVER = -1;

type Outcome = Reply | undefined;

/** Runs until one of them replies; undefined: forward the request. Returns a promise only when one of them does. */
export const runRequest = (list: readonly Middleware[], exchange: Exchange, from = 0): Outcome | Promise<Outcome> => {
  for (let i = from; i < list.length; i++) {
    const reply = list[i]!.request?.(exchange);
    if (reply instanceof Promise) return goOn(list, exchange, { waiting: i, reply });
    if (reply !== undefined) return reply;
    exchange.ran = i + 1;
  }
  // Middlewares may produce an empty path, as in Traefik, but it is not sent to a server.
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

/** Lets the middlewares that ran change the response head. Interim responses and upgrades are not changed. */
export const runResponse = (list: readonly Middleware[], exchange: Exchange, head: ResponseHead): void => {
  if (head.status < 200) return;
  for (let i = exchange.ran - 1; i >= 0; i--) list[i]!.response?.(exchange, head);
};

/** Must be called for every exchange that had middlewares. Each finishes once, even if another throws. */
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
