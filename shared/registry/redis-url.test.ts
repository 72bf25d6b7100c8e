import assert from 'node:assert/strict';
import test from 'node:test';
import { describeRedis, parseRedisUrl, RedisUrlError } from './redis-url.ts';

for (const [url, place, described] of [
  [
    'redis://127.0.0.1',
    { kind: 'single', tls: false, address: { host: '127.0.0.1', port: 6379 }, db: 0 },
    'redis://127.0.0.1:6379/0',
  ],
  [
    'rediss://me:p%40ss@redis.example:7000/2',
    {
      kind: 'single',
      tls: true,
      username: 'me',
      password: 'p@ss',
      address: { host: 'redis.example', port: 7000 },
      db: 2,
    },
    'rediss://me@redis.example:7000/2',
  ],
  [
    'redis://:pw:d@[::1]:7000',
    { kind: 'single', tls: false, password: 'pw:d', address: { host: '::1', port: 7000 }, db: 0 },
    'redis://[::1]:7000/0',
  ],
  [
    'redis+sentinel://:pw@s1,s2:26380/mymaster/1',
    {
      kind: 'sentinel',
      tls: false,
      password: 'pw',
      sentinels: [
        { host: 's1', port: 26379 },
        { host: 's2', port: 26380 },
      ],
      name: 'mymaster',
      db: 1,
    },
    'redis+sentinel://s1:26379,s2:26380/mymaster/1',
  ],
  [
    'REDISS+CLUSTER://a,b:7001/',
    {
      kind: 'cluster',
      tls: true,
      nodes: [
        { host: 'a', port: 6379 },
        { host: 'b', port: 7001 },
      ],
    },
    'rediss+cluster://a:6379,b:7001',
  ],
] as const)
  test(`${url} is understood, and described without its password`, () => {
    assert.deepEqual(parseRedisUrl(url), place);
    assert.equal(describeRedis(parseRedisUrl(url)), described);
  });

for (const url of [
  '',
  'localhost:6379',
  'http://h',
  'redis://',
  'redis://a,b',
  'redis://h:0',
  'redis://h:70000',
  'redis://h/x',
  'redis://h?db=1',
  'redis://secret%zz@h',
  'redis://u:secret@h@evil',
  'redis+sentinel://h',
])
  test(`${url || 'an empty text'} is refused, without repeating its text`, () => {
    assert.throws(
      () => parseRedisUrl(url),
      (error) => error instanceof RedisUrlError && !/secret/.test(error.message),
    );
  });
