/** Explanations for requests on generated files, with both forms of the cookie. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { topologySchema } from '../../shared/topology/topology.ts';
import { cookieValue } from '../../shared/traefik/cookie-value.ts';
import { generateFiles } from '../../shared/traefik/generate-files.ts';
import { completeConfig } from '../core/table/compile.ts';
import { readDynamic } from '../traefik/config/dynamic/read-dynamic.ts';
import { readStatic } from '../traefik/config/static/read-static.ts';
import { explain } from './explain.ts';
import { pooledServers } from './node-routes.ts';

const configOf = (change: object) => {
  const topology = topologySchema.parse({
    nodes: ['active', 'active', 'draining'].map((state, i) => ({ id: `n${i + 1}`, url: `http://n${i + 1}`, state })),
    entryPoints: { web: { address: ':80' } },
    cookie: { secure: false, name: 'pin' },
    ...change,
  });
  const files = generateFiles(topology, { dynamicFile: 'dynamic.yml' });
  const staticConfig = readStatic({ file: 'traefik.yml', text: files.static }).config!;
  return {
    staticConfig,
    config: completeConfig(readDynamic([{ file: 'dynamic.yml', text: files.dynamic }]).config, staticConfig),
  };
};

const byName = (id: string) => ['Cookie', `pin=${cookieValue(`ready-${id}`)}`] as const;
const byUrl = (id: string) => ['Cookie', `pin=${cookieValue(`http://${id}`)}`] as const;
const session = (id: string) => ['Mcp-Session-Id', id] as const;
type Up = (service: string, url: string) => boolean;
const down =
  (id: string): Up =>
  (_, url) =>
    url !== `http://${id}`;
const nobodyTakes: Up = (service) => !service.startsWith('ready-');

type Row = {
  readonly when: string;
  readonly change?: object;
  readonly headers?: readonly (readonly [string, string])[];
  readonly up?: Up;
  /** The nodes that may get it, what pins it, and the findings. */
  readonly told: string;
};
const TAGGED = {
  nodes: [
    { id: 'n1', url: 'http://n1', tag: 'p3' },
    { id: 'n2', url: 'http://n2', tag: 'k7', formerly: ['n2'] },
  ],
};
const ROWS: readonly Row[] = [
  { when: 'a client is new', told: 'n1 n2 by nothing' },
  { when: 'it has a cookie', headers: [byName('n2')], told: 'n2 by cookie' },
  { when: 'its cookie is of the form of before', headers: [byUrl('n2')], told: 'n1 n2 by nothing: cookie-unknown' },
  {
    when: 'so it was then',
    change: { cookie: { name: 'pin', of: 'url' } },
    headers: [byUrl('n2')],
    told: 'n2 by cookie: secure-cookie-on-http',
  },
  {
    when: 'a session names its node',
    headers: [session('n2.1'), byName('n1')],
    told: 'n2 by session-id: session-and-cookie-differ',
  },
  {
    when: 'a session names no node',
    headers: [session('1'), byName('n2')],
    told: 'n2 by cookie: session-without-node',
  },
  {
    when: 'it does so by the form of before',
    headers: [session('1'), byUrl('n2')],
    told: 'n2 by cookie: session-without-node',
  },
  { when: 'its node drains', headers: [session('1'), byName('n3')], told: 'n3 by cookie: session-without-node' },
  {
    when: 'a client begins anew with the cookie of a node that drains',
    headers: [byName('n3')],
    told: 'n1 n2 by nothing: cookie-unknown',
  },
  {
    when: 'its node is full',
    headers: [session('1'), byName('n2')],
    up: nobodyTakes,
    told: 'n2 by cookie: session-without-node',
  },
  {
    when: 'its node is dead',
    headers: [session('1'), byName('n2')],
    up: down('n2'),
    told: 'n1 by nothing: owner-down session-without-node',
  },
  { when: 'the node of its id is dead', headers: [session('n2.1')], up: down('n2'), told: 'n1 by nothing: owner-down' },
  {
    when: 'a tag stands for its node',
    change: TAGGED,
    headers: [session('k7.1'), byName('n1')],
    told: 'n2 by session-id: session-and-cookie-differ',
  },
  { when: 'it is of the tag before', change: TAGGED, headers: [session('n2.1')], told: 'n2 by session-id' },
  {
    when: 'it names a node that has a tag',
    change: TAGGED,
    headers: [session('n1.1')],
    told: 'n1 n2 by nothing: session-not-pinned session-of-unknown-node',
  },
  {
    when: 'the node of its tag is dead',
    change: TAGGED,
    headers: [session('k7.1')],
    up: down('n2'),
    told: 'n1 by nothing: owner-down',
  },
  {
    when: 'a handle has the tag before',
    change: TAGGED,
    headers: [['Mcp-Param-Handle', 'n2.1']],
    told: 'n2 by handle',
  },
  { when: 'it names a handle', headers: [['Mcp-Param-Handle', 'n2.1']], told: 'n2 by handle' },
  { when: 'a handle is on a node that drains', headers: [['Mcp-Param-Handle', 'n3.1']], told: 'n3 by handle' },
  {
    when: 'it asks for a task',
    headers: [
      ['Mcp-Method', 'tasks/get'],
      ['Mcp-Name', 'n2.1'],
    ],
    told: 'n2 by handle',
  },
  {
    when: 'it reads a resource of a node',
    headers: [
      ['Mcp-Method', 'resources/read'],
      ['Mcp-Name', 'basket://n2.1'],
    ],
    told: 'n2 by handle',
  },
  {
    when: 'the node of its handle is dead',
    headers: [['Mcp-Param-Handle', 'n2.1']],
    up: down('n2'),
    told: 'n1 by nothing: owner-down',
  },
  {
    when: 'handles are not routed',
    change: { handles: false },
    headers: [['Mcp-Param-Handle', 'n2.1']],
    told: 'n1 n2 by nothing: handle-not-routed',
  },
  {
    when: 'tasks are not routed',
    change: { handles: false },
    headers: [
      ['Mcp-Method', 'tasks/cancel'],
      ['Mcp-Name', 'n2.1'],
    ],
    told: 'n1 n2 by nothing: task-not-routed',
  },
  {
    when: 'a handle is of another environment',
    headers: [['Mcp-Param-Handle', 'n9.1']],
    told: 'n1 n2 by nothing: handle-of-unknown-node',
  },
  {
    when: 'a request of a session names a handle elsewhere',
    headers: [session('n1.1'), ['Mcp-Param-Handle', 'n2.1']],
    told: 'n1 by session-id',
  },
  { when: 'every node is full', up: nobodyTakes, told: 'n1 n2 by nothing: nobody-ready' },
];

for (const { when, change = {}, headers = [], up = () => true, told } of ROWS)
  test(`explanation when ${when}`, () => {
    const { config, staticConfig } = configOf(change);
    const question = {
      entryPoint: 'web',
      tls: false,
      method: 'POST',
      target: '/mcp',
      host: 'a',
      headers,
      from: '127.0.0.1',
    };
    const { candidates, pin, findings } = explain({
      question,
      config,
      staticConfig,
      status: { isUp: (service, url) => up(service, url) },
    });
    const odd = findings
      .map(({ code }) => code)
      .sort()
      .join(' ');
    const who = candidates
      .map(({ node }) => node)
      .sort()
      .join(' ');
    assert.equal(`${who} by ${pin.by}${odd && `: ${odd}`}`, told);
  });

for (const change of [{}, { cookie: { of: 'url' } }, { healthCheck: false }, { affinity: 'cookie' }])
  test(`a node that drains is in no pool: ${JSON.stringify(change)}`, () =>
    assert.deepEqual([...pooledServers(configOf(change).config)], ['http://n1', 'http://n2']));
