import type { Outcome } from './actions.ts';
import type { SeenRequest } from './request.ts';

/** What is known of the last request without asking anybody. */
export const explainSeen = (seen: SeenRequest | undefined): Outcome => {
  if (seen === undefined) return { text: 'no request yet', data: null };
  const { method, target, status, node, router, reason } = seen;
  const where = node === undefined ? 'no node was asked' : `went to ${node}`;
  const why = [router && `router ${router}`, reason && `because of ${reason}`].filter(Boolean).join(', ');
  return { text: `${method} ${target} ${where} (${why}), and was answered with ${status}`, data: seen };
};
