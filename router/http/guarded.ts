import { answerText, cut } from './answer.ts';
import type { HttpExchange } from './exchange.ts';

/** What an event sets off: a throw ends this exchange, and nothing else. */
export const guarded = (x: HttpExchange, step: () => void): void => {
  try {
    step();
  } catch (error) {
    broken(x, error);
  }
};

export const broken = (x: HttpExchange, error: unknown): void => {
  x.unexpected(error);
  if (!x.open) return;
  x.because('router-failed');
  try {
    answerText(x, 500, 'Internal Server Error\n');
  } catch {
    // What is wrong may be a header of every answer on this route.
    cut(x.res);
  }
};
