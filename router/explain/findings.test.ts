import assert from 'node:assert/strict';
import test from 'node:test';
import { cookieValue } from '../../shared/traefik/cookie-value.ts';
import { completeConfig } from '../core/table/compile.ts';
import { readDynamic } from '../traefik/config/dynamic/read-dynamic.ts';
import { readStatic } from '../traefik/config/static/read-static.ts';
import { explain } from './explain.ts';

const STATIC = {
  entryPoints: { web: { address: ':80' }, behind: { address: ':81', forwardedHeaders: { insecure: true } } },
  providers: { file: { filename: 'dynamic.yml' } },
};
const server = (id: string, more: object = {}) => ({ url: `http://${id}`, ...more });
const health = { healthCheck: { path: '/healthz' } };
const DYNAMIC = {
  http: {
    routers: {
      'node-n1': {
        rule: 'PathPrefix(`/mcp`) && HeaderRegexp(`Mcp-Session-Id`, `^n1\\.`)',
        priority: 30,
        service: 'node-n1',
      },
      'node-n2': {
        rule: 'PathPrefix(`/mcp`) && HeaderRegexp(`Mcp-Session-Id`, `^n2\\.`)',
        priority: 30,
        service: 'node-n2',
      },
      mcp: { rule: 'PathPrefix(`/mcp`)', priority: 10, service: 'mcp' },
      other: { rule: 'Path(`/other`)', service: 'other' },
      secure: { rule: 'Path(`/secure`)', service: 'secure' },
      plain: { rule: 'PathPrefix(`/plain`)', service: 'plain' },
      shares: { rule: 'Path(`/shares`)', service: 'shares' },
      broken: { rule: 'Path(`/broken`', service: 'mcp' },
    },
    services: {
      'only-n1': { loadBalancer: { servers: [server('n1')], ...health } },
      'only-n2': { loadBalancer: { servers: [server('n2')], ...health } },
      'node-n1': { failover: { service: 'only-n1', fallback: 'mcp' } },
      'node-n2': { failover: { service: 'only-n2', fallback: 'mcp' } },
      mcp: {
        loadBalancer: {
          servers: [server('n1'), server('n3'), server('zero', { weight: 0 })],
          sticky: { cookie: { name: 'pin' } },
          ...health,
        },
      },
      other: { loadBalancer: { servers: [server('o1'), server('o2')], sticky: { cookie: { name: 'pin' } } } },
      secure: { loadBalancer: { servers: [server('n1')], sticky: { cookie: { name: 'safe', secure: true } } } },
      plain: { loadBalancer: { servers: [server('n1'), server('n3')] } },
      shares: { weighted: { services: [{ name: 'plain' }, { name: 'empty' }] } },
      empty: { loadBalancer: { servers: [] } },
    },
  },
};

const staticConfig = readStatic({ file: 'traefik.yml', text: JSON.stringify(STATIC) }).config!;
const config = completeConfig(
  readDynamic([{ file: 'dynamic.yml', text: JSON.stringify(DYNAMIC) }]).config,
  staticConfig,
);

type Row = {
  readonly when: string;
  readonly target?: string;
  readonly entryPoint?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly down?: string;
  readonly codes: readonly string[];
};

const pin = (text: string) => ['Cookie', `pin=${cookieValue(text)}`] as const;
const session = (id: string) => ['Mcp-Session-Id', id] as const;

const ROWS: readonly Row[] = [
  { when: 'there is nothing odd', codes: [] },
  { when: 'a session goes to its node', headers: [session('n1.1')], codes: [] },
  { when: 'its node drains', headers: [session('n2.1')], codes: ['draining-node'] },
  { when: 'its node is down', headers: [session('n1.1')], down: 'http://n1', codes: ['owner-down'] },
  {
    when: 'id and cookie differ',
    headers: [session('n2.1'), pin('http://n1')],
    codes: ['draining-node', 'session-and-cookie-differ'],
  },
  { when: 'the id is of nobody', headers: [session('n9.1')], codes: ['session-not-pinned', 'session-of-unknown-node'] },
  {
    when: 'the id names no node, and the cookie one',
    headers: [session('17'), pin('http://n3')],
    codes: ['session-without-node'],
  },
  {
    when: 'a session takes turns',
    target: '/plain',
    headers: [session('n1.1')],
    codes: ['session-not-pinned', 'session-not-routed'],
  },
  { when: 'the cookie is of another service', headers: [pin('http://o1')], codes: ['cookie-unknown'] },
  { when: 'the cookie is of a node that drains', headers: [pin('http://n2')], codes: ['cookie-unknown'] },
  { when: 'the cookie is of weight 0', headers: [pin('http://zero')], codes: ['cookie-of-weight-0'] },
  { when: 'the cookie comes twice', headers: [pin('http://n1'), pin('http://n3')], codes: ['cookie-twice'] },
  { when: 'the cookie has a byte that none may have', headers: [['Cookie', 'pin=a"b']], codes: ['cookie-unsound'] },
  { when: 'a secure cookie is set over http', target: '/secure', codes: ['secure-cookie-on-http'] },
  {
    when: 'https ended before',
    target: '/secure',
    entryPoint: 'behind',
    headers: [['X-Forwarded-Proto', 'https']],
    codes: [],
  },
  {
    when: 'nobody may say that https ended before',
    target: '/secure',
    headers: [['X-Forwarded-Proto', 'https']],
    codes: ['secure-cookie-on-http'],
  },
  { when: 'a share goes to nobody', target: '/shares', codes: ['share-lost'] },
  { when: 'a rule does not parse', target: '/broken', codes: ['router-left-out'] },
];

for (const { when, target = '/mcp', entryPoint = 'web', headers = [], down, codes } of ROWS)
  test(`findings when ${when}`, () => {
    const { findings } = explain({
      question: { entryPoint, tls: false, method: 'POST', target, host: 'a', headers, from: '127.0.0.1' },
      config,
      staticConfig,
      status: { isUp: (_, url) => url !== down },
    });
    // The router with the broken rule might have been for any request.
    const seen = findings.map(({ code }) => code).filter((code) => code !== 'router-left-out' || codes.includes(code));
    assert.deepEqual(seen.sort(), codes);
    assert.ok(findings.every(({ message, place }) => message !== '' && (place === undefined || place.line >= 1)));
  });
