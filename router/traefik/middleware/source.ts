import type { SourceCriterionConfig } from '../../core/model.ts';
import type { Request } from '../../core/request/request.ts';
import type { Failed } from './built.ts';
import { compileIpStrategy } from './ip-strategy.ts';

/** The key that requests are counted by. */
export type Source = { readonly of: (request: Request) => string };

export const compileSource = (config: SourceCriterionConfig | undefined, otherwise: 'ip' | 'host'): Source | Failed => {
  const { ipStrategy, requestHeaderName = '', requestHost = false } = config ?? {};
  if (ipStrategy && requestHeaderName) return { error: 'iPStrategy and RequestHeaderName are mutually exclusive' };
  if (ipStrategy && requestHost) return { error: 'iPStrategy and RequestHost are mutually exclusive' };
  if (requestHeaderName && requestHost) return { error: 'requestHost and RequestHeaderName are mutually exclusive' };
  if (ipStrategy) return compileIpStrategy(ipStrategy);
  if (requestHeaderName) return byHeader(requestHeaderName.toLowerCase());
  return requestHost || otherwise === 'host' ? { of: (request) => request.host } : compileIpStrategy(undefined);
};

/** All requests without the header count as one source. */
const byHeader = (name: string): Source => ({ of: (request) => request.headers.get(name) ?? '' });
