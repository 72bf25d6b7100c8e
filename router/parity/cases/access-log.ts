import type { Area, Lab, Send } from '../case.ts';
import { pool, prefix } from './parts.ts';

/** The log line of a request, found by a mark in its query. */
const line = async (lab: Lab, send: Send): Promise<Record<string, unknown>> => {
  const mark = `mark${++marks}`;
  const { path = '/' } = send;
  await lab.send({ ...send, path: `${path}${path.includes('?') ? '&' : '?'}${mark}` });
  await lab.subject.waitForLog(new RegExp(`${mark}.*\n`));
  const found = lab.subject.log.split('\n').find((text) => text.includes(mark) && text.startsWith('{')) ?? '{}';
  return JSON.parse(found.replace(mark, '')) as Record<string, unknown>;
};
let marks = 0;

const dead = { loadBalancer: { servers: [{ url: 'http://127.0.0.1:9' }] } };

/** The values of these fields in a line; null for missing ones. */
const fields =
  (send: Send, ...names: string[]) =>
  async (lab: Lab) => {
    const all = await line(lab, send);
    return Object.fromEntries(names.map((name) => [name, (all[name] ?? null) as string]));
  };

/** Traefik's JSON lines, field by field. */
export const accessLog: Area = {
  name: 'access-log',
  alone: {},
  static: {
    accessLog: {
      format: 'json',
      fields: {
        headers: { defaultMode: 'keep', names: { 'X-Dropped': 'drop', 'X-Hidden': 'redact', 'X-Api-Key': 'keep' } },
      },
    },
  },
  origins: ['a'],
  http: {
    routers: {
      alPlain: prefix('/plain', 'alPool'),
      alStrip: prefix('/strip', 'alPool', { middlewares: ['alCut'] }),
      alDead: prefix('/dead', 'alDead'),
      alRetry: prefix('/retry', 'alDead', { middlewares: ['alTwice'] }),
      alGone: prefix('/empty', 'alEmpty'),
      alMoved: prefix('/moved', 'alPool', { middlewares: ['alSecure'] }),
    },
    middlewares: {
      alCut: { stripPrefix: { prefixes: ['/strip'] } },
      alTwice: { retry: { attempts: 2 } },
      alSecure: { redirectScheme: { scheme: 'https' } },
    },
    services: { alPool: pool('a'), alDead: dead, alEmpty: { loadBalancer: { servers: [] } } },
  },
  cases: [
    {
      name: 'an answered request',
      play: fields(
        { path: '/plain', headers: { 'X-Seen': 'yes', 'X-Hidden': 'secret', 'X-Dropped': 'no' } },
        ...['RequestMethod', 'RequestPath', 'RequestProtocol', 'RequestScheme', 'RequestHost', 'RequestPort'],
        ...['RequestAddr', 'ClientHost', 'ClientUsername', 'DownstreamStatus', 'OriginStatus', 'RouterName'],
        ...['ServiceName', 'ServiceURL', 'ServiceAddr', 'RetryAttempts', 'entryPointName', 'RequestContentSize'],
        ...['request_X-Seen', 'request_X-Hidden', 'request_X-Dropped', 'level', 'msg'],
      ),
      expect: {
        RequestMethod: 'GET',
        RequestPath: '/plain?',
        RequestProtocol: 'HTTP/1.1',
        RequestScheme: 'http',
        RequestHost: 'localhost',
        RequestPort: '-',
        RequestAddr: 'localhost',
        ClientHost: '127.0.0.1',
        ClientUsername: '-',
        DownstreamStatus: 200,
        OriginStatus: 200,
        RouterName: 'alPlain@file',
        ServiceName: 'alPool@file',
        ServiceURL: '{a}',
        ServiceAddr: '127.0.0.1:{a.port}',
        RetryAttempts: 0,
        entryPointName: 'access-log',
        RequestContentSize: 0,
        'request_X-Seen': 'yes',
        'request_X-Hidden': 'REDACTED',
        'request_X-Dropped': null,
        level: 'info',
        msg: '',
      },
    },
    {
      name: 'a path before and after it is cleaned and cut',
      play: fields(
        { path: '/strip/x/../y//z?a=1;b=2&c' },
        'RequestPath',
        'RouterName',
        'ServiceName',
        'DownstreamStatus',
      ),
      expect: {
        RequestPath: '/strip/y/z?a=1&b=2&c&',
        RouterName: 'alStrip@file',
        ServiceName: 'alPool@file',
        DownstreamStatus: 200,
      },
    },
    {
      name: 'a request with a body',
      play: fields(
        { method: 'POST', path: '/plain', body: 'hello' },
        'RequestContentSize',
        'RequestMethod',
        'DownstreamStatus',
      ),
      expect: { RequestContentSize: 5, RequestMethod: 'POST', DownstreamStatus: 200 },
    },
    {
      name: 'an upgrade, after it has ended',
      play: fields(
        { path: '/plain', headers: { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Key': 'k' } },
        ...['RequestMethod', 'RouterName', 'ServiceURL', 'DownstreamStatus', 'OriginStatus', 'DownstreamContentSize'],
      ),
      expect: {
        RequestMethod: 'GET',
        RouterName: 'alPlain@file',
        ServiceURL: '{a}',
        DownstreamStatus: 0,
        OriginStatus: 0,
        DownstreamContentSize: 0,
      },
    },
    {
      name: 'no server listening',
      play: fields(
        { path: '/dead' },
        'DownstreamStatus',
        'DownstreamContentSize',
        'OriginStatus',
        'OriginContentSize',
        'ServiceURL',
      ),
      expect: {
        DownstreamStatus: 502,
        DownstreamContentSize: 11,
        OriginStatus: 502,
        OriginContentSize: 11,
        ServiceURL: 'http://127.0.0.1:9',
      },
    },
    {
      name: 'no server listening, two attempts',
      play: fields({ path: '/retry' }, 'DownstreamStatus', 'OriginStatus', 'RetryAttempts'),
      differs: {
        id: 'retry-attempts',
        traefik: { DownstreamStatus: 502, OriginStatus: 502, RetryAttempts: 0 },
        router: { DownstreamStatus: 502, OriginStatus: 502, RetryAttempts: 1 },
      },
    },
    {
      name: 'a pool without servers',
      play: fields({ path: '/empty' }, 'DownstreamStatus', 'OriginStatus', 'ServiceName', 'ServiceURL', 'RouterName'),
      expect: {
        DownstreamStatus: 503,
        OriginStatus: 0,
        ServiceName: null,
        ServiceURL: null,
        RouterName: 'alGone@file',
      },
    },
    {
      name: 'no route',
      play: fields(
        { path: '/nowhere' },
        'DownstreamStatus',
        'DownstreamContentSize',
        'OriginStatus',
        'RouterName',
        'ServiceName',
      ),
      expect: {
        DownstreamStatus: 404,
        DownstreamContentSize: 19,
        OriginStatus: 0,
        RouterName: null,
        ServiceName: null,
      },
    },
    {
      name: 'an answer of a middleware',
      play: fields({ path: '/moved' }, 'DownstreamStatus', 'OriginStatus', 'RouterName', 'ServiceName', 'ServiceURL'),
      expect: {
        DownstreamStatus: 302,
        OriginStatus: 0,
        RouterName: 'alMoved@file',
        ServiceName: null,
        ServiceURL: null,
      },
    },
    {
      name: 'cookies',
      play: fields(
        { path: '/plain', headers: { Cookie: 'k=v', 'X-Api-Key': 'kept' } },
        'request_Cookie',
        'request_X-Api-Key',
      ),
      differs: {
        id: 'log-secrets',
        traefik: { request_Cookie: 'k=v', 'request_X-Api-Key': 'kept' },
        router: { request_Cookie: 'REDACTED', 'request_X-Api-Key': 'kept' },
      },
    },
  ],
};
