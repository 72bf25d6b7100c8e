import { runningInput } from '../../router/explain/running.ts';
import type { Router } from '../../router/router.ts';
import type { ExchangeRecord } from '../../router/traefik/observe/record.ts';
import type { Paint } from '../cli/paint.ts';
import type { Outcome } from './actions.ts';
import type { SeenRequest } from './request.ts';

export type LastRequest = { readonly seen: SeenRequest; readonly record: ExchangeRecord | undefined };

/** The outcome of the last request and, behind the router, every step, evaluated again with the current table. */
export const explainLast = async (
  last: LastRequest | undefined,
  router: Router | undefined,
  paint: Paint,
): Promise<Outcome> => {
  if (last === undefined) return { text: 'no request yet', data: null };
  const said = sentenceOf(last.seen);
  if (last.record === undefined || router === undefined) return { text: said, data: last.seen };
  const { explain } = await import('../../router/explain/explain.ts');
  const { explanationText } = await import('../../router/explain/explanation-text.ts');
  const explanation = explain({ ...runningInput(router.state()), question: questionOf(last.record) });
  const heading = paint.faint('The same request now:');
  return {
    text: `${said}\n\n${heading}\n${explanationText(explanation, paint)}\n`,
    data: { ...last.seen, explanation },
  };
};

const sentenceOf = ({ method, target, status, node, router, reason }: SeenRequest): string => {
  const where = node === undefined ? 'no node was asked' : `went to ${node}`;
  const why = [router && `router ${router}`, reason && `because of ${reason}`].filter(Boolean).join(', ');
  return `${method} ${target} ${where} (${why}), and was answered with ${status}`;
};

const questionOf = (record: ExchangeRecord) => ({
  entryPoint: record.entryPoint,
  tls: record.tls !== undefined,
  method: record.method,
  target: record.target,
  host: record.host,
  headers: [...record.requestHeaders],
  from: record.clientAddress,
});
