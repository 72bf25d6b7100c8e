import assert from 'node:assert/strict';
import test from 'node:test';
import { failureOf } from './failure.ts';

const coded = (code: string): Error => Object.assign(new Error(code), { code });

for (const row of [
  { when: 'the server refuses', error: coded('ECONNREFUSED'), is: [502, 'Bad Gateway', 'server-refused'] },
  { when: 'the server hangs up', error: coded('UND_ERR_SOCKET'), is: [502, 'Bad Gateway', 'server-hung-up'] },
  { when: 'its name is unknown', error: coded('ENOTFOUND'), is: [502, 'Bad Gateway', 'server-name-unknown'] },
  {
    when: 'connecting takes too long',
    error: coded('UND_ERR_CONNECT_TIMEOUT'),
    is: [504, 'Gateway Timeout', 'server-connect-timeout'],
  },
  {
    when: 'its answer takes too long',
    error: coded('UND_ERR_HEADERS_TIMEOUT'),
    is: [504, 'Gateway Timeout', 'server-answer-timeout'],
  },
  {
    when: 'what it says is no HTTP',
    error: coded('HPE_INVALID_CONSTANT'),
    is: [500, 'Internal Server Error', 'server-answer-malformed'],
  },
  {
    when: 'its certificate does not fit',
    error: coded('ERR_TLS_CERT_ALTNAME_INVALID'),
    is: [500, 'Internal Server Error', 'server-certificate-refused'],
  },
  {
    when: 'each of several addresses refuses',
    error: new AggregateError([coded('ECONNREFUSED')]),
    is: [502, 'Bad Gateway', 'server-refused'],
  },
  { when: 'what was thrown is no error', error: 'x', is: [500, 'Internal Server Error', 'server-answer-malformed'] },
]) {
  test(`${row.when}: ${row.is[0]}`, () => {
    const { status, body, reason } = failureOf(row.error);
    assert.deepEqual([status, body, reason], row.is);
  });
}
