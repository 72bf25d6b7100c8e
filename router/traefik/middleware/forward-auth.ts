import type { Exchange, Reply, ResponseHead } from '../../core/middleware.ts';
import { compileTakeOver, relayed } from './auth-answer.ts';
import { compileAuthHeaders } from './auth-request.ts';
import type { AuthAnswer, FetchAuth } from './auth-service.ts';
import { type Built, type ConfigOf, isFailed } from './built.ts';
import { leaving } from './leaving.ts';
import { plainReply } from './reply.ts';

/** An external service decides on each request: 2xx lets it pass, anything else becomes the response. */
export const forwardAuth = (config: ConfigOf<'forwardAuth'>, fetchAuth: FetchAuth): Built => {
  const { name, kind, at, preserveLocationHeader } = config;
  const takeOver = compileTakeOver(config);
  if (isFailed(takeOver)) return takeOver;
  const address = addressOf(config.address);
  if (address === undefined) return { name, kind, at, request: () => plainReply(500, '') };
  const ask = compileAsk(config, { address, fetchAuth });
  const cookies = authCookies(config.addAuthCookiesToResponse);
  const usernameHeader = config.headerField.toLowerCase();
  return {
    name,
    kind,
    at,
    request: async (exchange) => {
      const { answer, refusal } = await ask(exchange);
      if (answer === undefined) return refusal;
      exchange.username = answer.headers.get(usernameHeader) ?? exchange.username;
      if (answer.status < 200 || answer.status > 299) return relayed(answer, { address, preserveLocationHeader });
      takeOver(answer.headers, exchange.request.headers);
      cookies.keep(exchange, answer.headers.all('set-cookie'));
      return undefined;
    },
    response: cookies.add,
  };
};

/** With such an address Go fails at each request; the file is not refused. */
const addressOf = (address: string): URL | undefined => {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined;
};

type Asked = { answer: AuthAnswer; refusal?: never } | { answer?: never; refusal: Reply };

const compileAsk = (
  config: ConfigOf<'forwardAuth'>,
  { address, fetchAuth }: { address: URL; fetchAuth: FetchAuth },
): ((exchange: Exchange) => Promise<Asked>) => {
  const { forwardBody, maxBodySize, maxResponseBodySize, preserveRequestMethod } = config;
  const headersFor = compileAuthHeaders(config);
  return async (exchange) => {
    const { request } = exchange;
    const signal = leaving(exchange);
    const body = forwardBody ? await exchange.bufferBody(maxBodySize) : undefined;
    if (body === 'too-large') return { refusal: plainReply(401, '') };
    const method = preserveRequestMethod ? request.method : 'GET';
    const call = { address, method, headers: headersFor(request), body: body?.length ? body : undefined };
    try {
      const answer = await fetchAuth({ ...call, maxResponseBodySize, signal });
      return answer === 'too-large' ? { refusal: plainReply(401, '') } : { answer };
    } catch {
      return { refusal: plainReply(signal.aborted ? 499 : 500, '') };
    }
  };
};

/** Listed cookies of the auth service replace the server's cookies of the same name. */
const authCookies = (listed: readonly string[]) => {
  const names = new Set(listed);
  const isListed = (cookie: string): boolean => names.has(cookie.split('=', 1)[0]!.trim());
  const kept = new WeakMap<Exchange, readonly string[]>();
  return {
    keep: (exchange: Exchange, cookies: readonly string[]): void => {
      if (names.size > 0 && cookies.length > 0) kept.set(exchange, cookies.filter(isListed));
    },
    add: (exchange: Exchange, { headers }: ResponseHead): void => {
      const cookies = kept.get(exchange);
      if (cookies === undefined) return;
      const own = headers.all('set-cookie').filter((cookie) => !isListed(cookie));
      headers.delete('set-cookie');
      for (const cookie of [...own, ...cookies]) headers.add('set-cookie', cookie);
    },
  };
};
