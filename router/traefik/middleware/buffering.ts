import type { Reply } from '../../core/middleware.ts';
import type { Built, ConfigOf } from './built.ts';
import { plainReply } from './reply.ts';

/** Buffers whole requests and responses, even without a limit. */
export const buffering = ({ name, kind, at, ...config }: ConfigOf<'buffering'>): Built => {
  const { maxRequestBodyBytes, maxResponseBodyBytes } = config;
  const negative = [maxRequestBodyBytes, maxResponseBodyBytes].find((limit) => limit < 0);
  if (negative !== undefined) return { error: `max bytes should be >= 0 got ${negative}` };
  return {
    name,
    kind,
    at,
    request: (exchange) => {
      exchange.maxResponseBodyBytes = maxResponseBodyBytes || -1;
      return exchange.bufferBody(maxRequestBodyBytes || -1).then(refuseTooLarge);
    },
  };
};

const refuseTooLarge = (body: Buffer | 'too-large'): Reply | undefined =>
  body === 'too-large' ? plainReply(413, 'Request Entity Too Large') : undefined;
