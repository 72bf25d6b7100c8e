import { answerText, cut } from './answer.ts';
import type { HttpExchange } from './exchange.ts';

/** Runs an event handler: an exception ends this exchange, and nothing else. */
export const guarded = (x: HttpExchange, step: () => void): void => {
  try {
    step();
  } catch (error) {
    routerFailed(x, error);
  }
};

export const routerFailed = (x: HttpExchange, error: unknown): void => {
  x.unexpected(error);
  if (!x.open) return;
  x.because('router-failed');
  try {
    answerText(x, 500, 'Internal Server Error\n');
  } catch {
    // The cause may be a header that is set on every response of this route.
    cut(x.res);
  }
};
