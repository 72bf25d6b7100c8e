/** Properties of requests and rules, for any text. */
import assert from 'node:assert/strict';
import { checkHost, compileHostRules } from '../../../node/core/host-origin.ts';
import { headersToClient, headersToServer } from '../../../node/core/upstream-head.ts';
import { byteString } from '../../../router/core/request/byte-string.ts';
import { outgoingHeaders } from '../../../router/core/request/forwarded.ts';
import { HeaderList } from '../../../router/core/request/header-list.ts';
import { canonicalHost, isValidHost, portOf } from '../../../router/core/request/host.ts';
import { parseTarget } from '../../../router/core/request/target.ts';
import { compileRule } from '../../../router/core/rule/compile.ts';
import { readCookie } from '../../../router/core/service/cookie-header.ts';
import { arrive } from '../../../router/http/arrive.ts';
import { exampleRequest } from '../../../router/traefik/middleware/test-exchange.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they end a line of a head
const ENDS_A_LINE = /[\x00\r\n]/;

export const target = (text: string): void => {
  const read = parseTarget(byteString(text));
  if ('refused' in read) return;
  assert.ok(read.path === '*' || read.path.startsWith('/'), `path ${read.path}`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they would end a request line
  assert.ok(!/[\x00-\x20\x7f-\uffff]/.test(read.path), `path ${JSON.stringify(read.path)}`);
  if (read.path !== '*') assert.ok(!/\/\/|\/\.{1,2}(?:\/|$)/.test(read.path), `path ${read.path}`);
  const again = parseTarget(read.path);
  assert.deepEqual('path' in again && again.path, read.path, 'a clean path stays as it is');
};

export const host = (text: string): void => {
  const bytes = byteString(text);
  if (!isValidHost(bytes)) return;
  assert.ok(!/[\s/\\@]/.test(bytes));
  assert.equal(canonicalHost(bytes), canonicalHost(bytes.toUpperCase()));
  assert.match(portOf(bytes) ?? '0', /^\d+$/);
};

const HOST_RULES = compileHostRules(['mcp.example.com', '*.example.org:8443'], ['https://app.example.com']);
export const allowedHost = (text: string): void => {
  const [first = '', origin] = text.split('\n', 2);
  const { kind } = checkHost(HOST_RULES, first, origin);
  if (kind === 'allowed')
    assert.match(first, /^(?:localhost|127\.0\.0\.1|\[::1\]|mcp\.example\.com|[^/@\s]+\.example\.org)\.?(?::\d*)?$/i);
};

export const cookies = (text: string): void => {
  const value = readCookie(new HeaderList(['cookie', byteString(text)]), 'pin');
  if (value === undefined) return;
  assert.match(value, /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/);
  assert.equal(
    readCookie(new HeaderList(['cookie', `pin="${value}"; x=y`]), 'pin'),
    value,
    'it is read from its own form',
  );
};

const pairsOf = (text: string): string[] =>
  text.split('\n').flatMap((line) => {
    const colon = line.indexOf(':');
    const name = (colon < 0 ? line : line.slice(0, colon)).replace(/[^\w-]/g, '');
    return name === '' ? [] : [name, byteString(line.slice(colon + 1).trim())];
  });

export const forwarded = (text: string): void => {
  const rawHeaders = ['Host', 'a', ...pairsOf(text)];
  const socket = { remoteAddress: '127.0.0.1', remotePort: 1 };
  for (const trusted of [false, true]) {
    const head = {
      method: 'GET',
      url: '/',
      httpVersion: '1.1',
      httpVersionMajor: 1,
      stream: {},
      rawHeaders,
      headers: {},
    };
    const arrived = arrive(
      { ...head, socket },
      { entryPoint: 'web', tls: false, trusts: () => trusted, hostname: 'h' },
    );
    if (arrived.kind === 'refused') continue;
    const flat = outgoingHeaders(arrived.request, { host: 'b', omitForwardedFor: false }) as unknown as string[];
    for (const one of flat) assert.ok(typeof one !== 'string' || !ENDS_A_LINE.test(one) || ENDS_A_LINE.test(text));
  }
};

export const upstreamHeaders = (text: string): void => {
  const headers = pairsOf(text);
  const renamed = { node: 'n1', length: 7 };
  for (const sent of [
    headersToServer(headers, { host: 'a', session: 'b', renamed }),
    headersToClient(headers, { node: 'n1', origin: 'http://a' }),
  ]) {
    assert.equal(sent.length % 2, 0);
    assert.ok(
      !sent.some((name, i) => i % 2 === 0 && /^(?:connection|transfer-encoding|keep-alive|te|upgrade)$/i.test(name)),
    );
  }
};

export const rule = (text: string): void => {
  const compiled = compileRule(text);
  if ('error' in compiled)
    return assert.ok(compiled.error.column >= 0 && compiled.error.column <= text.length + 1, 'column');
  const request = exampleRequest({});
  assert.equal(compiled.rule.matches(request), compiled.rule.explain(request).matched, 'explain says the same');
  assert.ok('rule' in compileRule(compiled.rule.text), 'its text compiles again');
};
