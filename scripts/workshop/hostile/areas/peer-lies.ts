/** What a malicious peer with the secret sends instead of its proof, and instead of an answer. */
import { MARK, MARK_REFUSED } from '../../../../node/core/relay-mark.ts';
import type { Pattern } from '../../../../router/parity/pattern.ts';
import type { Lie } from '../rigs/lying-origin.ts';
import { type Proving, proven } from '../rigs/relay-nodes.ts';
import { MISSING } from './relay-lies.ts';

type ProofLie = {
  readonly name: string;
  readonly send?: (asked: Proving) => string;
  readonly answer?: Lie['answer'];
  readonly ends?: Lie['ends'];
  readonly expect?: Pattern;
};

export const PROOF_LIES: readonly ProofLie[] = [
  { name: 'silence', answer: '' },
  { name: 'a clean close', answer: '', ends: 'end' },
  { name: 'a reset', answer: '', ends: 'reset' },
  { name: 'half a head', answer: 'HTTP/1.1 204 No Content\r\nX-Moo', ends: 'end' },
  { name: 'half a head, and silence', answer: 'HTTP/1.1 204 No Content\r\nX-Moo' },
  {
    name: 'a head without an end',
    answer: ['HTTP/1.1 204 X\r\n', { repeat: `X-A: ${'x'.repeat(8_000)}\r\n`, times: 1_000 }],
  },
  { name: '101', answer: 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n' },
  { name: 'a redirect', send: () => 'HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n' },
  { name: 'none', send: () => 'HTTP/1.1 204 No Content\r\n\r\n' },
  { name: 'its challenge', send: ({ challenge }) => proven(challenge) },
  { name: 'forged', send: ({ nonce }) => proven(`boot 1 ${nonce}`) },
  { name: 'an earlier one', send: () => proven('boot 1000000 bm90LWl0LWFueS1tb3JlLW5vdC1pdC1hbnktbW9yZQ') },
  { name: 'with another boot', send: ({ right }) => proven(right.replace('boot', 'boo')) },
  { name: 'with another clock', send: ({ right }) => proven(right.replace('1000000', '1e400')) },
  { name: 'with extra bytes after it', send: ({ right }) => proven(`${right}x`) },
  {
    name: 'with another status',
    send: ({ right }) => proven(right).replace('204 No Content', '200 OK\r\nContent-Length: 0'),
  },
  {
    name: 'with a body without an end',
    answer: ['HTTP/1.1 200 OK\r\n\r\n', { repeat: 'x'.repeat(65_536), times: 50 }],
  },
  { name: 'of 512 KB', send: () => proven('x'.repeat(524_288)) },
  { name: 'a flood of 1xx', answer: [{ repeat: 'HTTP/1.1 103 X\r\n\r\n', times: 2_000 }] },
  { name: 'as it should be', send: ({ right }) => proven(right), expect: '200' },
];

const json = (body: string, ...headers: readonly string[]): string =>
  ['HTTP/1.1 200 OK', 'Content-Type: application/json', ...headers, `Content-Length: ${body.length}`, '', body].join(
    '\r\n',
  );
const BROKEN = /^(?:404|503|500|502)$/;

export const CALL_LIES: readonly (Lie & { readonly expect: Pattern; readonly waits?: number })[] = [
  { name: 'another id', answer: json('{"jsonrpc":"2.0","id":"of another","result":{}}'), expect: '200' },
  {
    name: 'the session of another client',
    answer: json('{}', 'Mcp-Session-Id: n1.x', 'Set-Cookie: a=b'),
    expect: '200',
  },
  { name: 'that it was passed on', answer: json('{}', 'X-Mooring-Relayed-By: n1', `${MARK}: a`), expect: '200' },
  { name: 'a mark refused', answer: json('{}', `${MARK_REFUSED}: late`), expect: MISSING },
  { name: 'two answers', answer: json('{}') + json('{"poison":1}'), expect: '200' },
  { name: 'two lengths', answer: json('{}', 'Content-Length: 40'), expect: BROKEN },
  { name: 'not HTTP', answer: '\x15\x03\x01\0\x02\x02\x28', ends: 'end', expect: BROKEN },
  { name: '101', answer: 'HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n', ends: 'end', expect: BROKEN },
  {
    name: 'a redirect',
    answer: 'HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n',
    expect: '307',
  },
  { name: 'a clean close', answer: '', ends: 'end', expect: BROKEN },
  { name: 'a reset', answer: '', ends: 'reset', expect: BROKEN },
  { name: 'half a head, and a reset', answer: 'HTTP/1.1 200 OK\r\nConte', ends: 'reset', expect: BROKEN },
  { name: 'half a body, and a reset', answer: json('{}').slice(0, -1), ends: 'reset', expect: /^(?:200|no answer)$/ },
  { name: 'silence', answer: '', waits: 3_000, expect: /^(?:no answer|404|503)$/ },
  { name: 'half a body, and silence', answer: json('{}').slice(0, -1), waits: 1_000, expect: /^(?:200|no answer)$/ },
  {
    name: 'a head without an end',
    answer: ['HTTP/1.1 200 OK\r\n', { repeat: `X-A: ${'x'.repeat(8_000)}\r\n`, times: 1_000 }],
    expect: BROKEN,
  },
  { name: 'an answer before the request is read', answer: json('{}'), early: true, expect: '200' },
  {
    name: 'a body without an end',
    answer: ['HTTP/1.1 200 OK\r\n\r\n', { repeat: 'x'.repeat(65_536), times: 100 }],
    ends: 'end',
    expect: '200',
  },
];
