/** Every parser of external input runs in linear time. */
import type { IncomingMessage } from 'node:http';
import { testGrowth, testTextGrowth } from '../shared/test-growth.ts';
import { checkHead } from './core/classify-request.ts';
import { EventBuffer } from './core/event-buffer.ts';
import { checkHost, compileHostRules } from './core/host-origin.ts';
import { messagesOfLine, parseMessages } from './core/json-rpc.ts';
import { headerValues, readCookie, webRequest } from './http/request-facts.ts';

const JSON_PIECES = ['[', '{', '{"a":', '[1,', '"a",', '"a":1,', '\\u0041', '\\"', '1e', '{},', ']', '1,'];
testTextGrowth('JSON-RPC body', (text) => parseMessages(Buffer.from(text)), { units: JSON_PIECES });
testTextGrowth('JSON-RPC parameters', (text) => parseMessages(Buffer.from(text)), {
  around: (text) => `{"jsonrpc":"2.0","id":1,"method":"x","params":[${text}`,
  ends: ['', '0]}'],
  units: JSON_PIECES,
});
testTextGrowth('JSON-RPC id', (text) => parseMessages(Buffer.from(text)), {
  around: (text) => `{"jsonrpc":"2.0","method":"x","id":"${text}`,
  ends: ['', '"}'],
});
testTextGrowth('a line of a program', messagesOfLine, { units: JSON_PIECES, around: (text) => `[${text}` });

const events = new EventBuffer('ab12', { maxEvents: 100, maxBytes: 1000 });
testTextGrowth('Last-Event-ID', (text) => [events.streamOf(text), events.after(text)], {
  units: ['0-', '-0', 'ab12-'],
});

const rules = compileHostRules(['mcp.example.com'], ['https://app.example.com']);
testTextGrowth('Host and Origin', (text) => [checkHost(rules, text, undefined), checkHost(rules, 'localhost', text)], {
  units: ['a.', '::', ':1', '[:'],
});
testTextGrowth('Origin', (text) => checkHost(rules, 'localhost', text), { around: (text) => `https://${text}` });

const head = { method: 'POST', sessionIds: [], accept: '', contentType: '', protocolVersion: undefined };
testTextGrowth('Accept and Content-Type', (text) => [
  checkHead({ ...head, accept: text }),
  checkHead({ ...head, accept: 'application/json, text/event-stream', contentType: text }),
]);

const request = (headers: Record<string, string>, rawHeaders: string[] = []) =>
  ({ method: 'GET', headers, rawHeaders }) as unknown as IncomingMessage;
testTextGrowth('cookies', (cookie) => readCookie(request({ cookie }), '_mcp_backend'), {
  units: ['a=b; ', '_mcp_backend', '_mcp_backend=', 'a=";', '%41', '=;'],
});
testGrowth('many cookies', (cookie: string) => readCookie(request({ cookie }), '_mcp_backend'), {
  cases: [
    { name: 'names of their own', grown: (size) => Array.from({ length: size / 8 }, (_, i) => `c${i}=`).join('; ') },
  ],
});
testTextGrowth('header, for the SDK', (text) => webRequest(request({ 'mcp-session-id': text })), {
  // Node already refuses characters that no header may have.
  around: (text) => text.replace(/[\0\n]/g, 'a'),
});
testGrowth('headers', (rawHeaders: string[]) => headerValues(request({}, rawHeaders), 'mcp-session-id'), {
  cases: [
    { name: 'one name', grown: (size) => Array.from({ length: size / 16 }, () => ['mcp-session-id', ' a ']).flat() },
    { name: 'names of their own', grown: (size) => Array.from({ length: size / 16 }, (_, i) => [`a${i}`, 'b']).flat() },
  ],
});
