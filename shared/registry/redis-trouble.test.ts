import assert from 'node:assert/strict';
import test from 'node:test';
import { troubleOf } from './redis-trouble.ts';

for (const [message, kind] of [
  ["OOM command not allowed when used memory > 'maxmemory'.", 'out-of-memory'],
  ["READONLY You can't write against a read only replica.", 'readonly'],
  ['LOADING Redis is loading the dataset in memory', 'not-ready'],
  ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", 'not-ready'],
  ['MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.', 'cannot-save'],
  ['NOREPLICAS Not enough good replicas to write.', 'cannot-save'],
  ['NOAUTH Authentication required.', 'auth'],
  ['WRONGPASS invalid username-password pair or user is disabled.', 'auth'],
  ["NOPERM User default has no permissions to run the 'set' command", 'auth'],
  ['CLUSTERDOWN The cluster is down', 'cluster-down'],
  ['Command timed out', 'timeout'],
  ['connect ETIMEDOUT', 'timeout'],
  ["Socket timeout. Expecting data, but didn't receive any in 1000ms.", 'timeout'],
  ['connect ECONNREFUSED 127.0.0.1:6379', 'unreachable'],
  ['getaddrinfo ENOTFOUND redis', 'unreachable'],
  ['Connection is closed.', 'unreachable'],
  ["Stream isn't writeable and enableOfflineQueue options is false", 'unreachable'],
  ['ERR something new', 'refused'],
  ['WRONGTYPE Operation against a key holding the wrong kind of value', 'refused'],
] as const)
  test(`${kind}: ${message}`, () => assert.equal(troubleOf(new Error(message)).kind, kind));

test('the message does not repeat the error’s text', () => {
  assert.doesNotMatch(troubleOf(new Error('ERR bad command: AUTH secret')).sentence, /secret/);
});
