import assert from 'node:assert/strict';
import test from 'node:test';
import { topologySchema } from '../topology/topology.ts';
import { generateFiles } from './generate-files.ts';

const node = (id: string, state: string, more: object = {}) => ({ id, url: `http://${id}:1`, state, ...more });
const NODES = [node('n0', 'out'), node('n1', 'draining'), node('n2', 'active'), node('n3', 'active')];

const textsOf = (change: object = {}) =>
  generateFiles(
    topologySchema.parse({ nodes: NODES, entryPoints: { websecure: { address: ':443', tls: true } }, ...change }),
    { dynamicFile: 'dynamic.yml' },
  );

/** The comments of a file by the key below each, such as routers/mcp. */
const commentsIn = (text: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  let section = '';
  let said = '';
  // The first two lines name the topology.
  for (const line of text.split('\n').slice(2)) {
    const [, indent = '', comment, key = ''] = /^( *)(?:# ?(.*)|([^:]+):.*)$/.exec(line) ?? [];
    if (comment !== undefined) said = `${said} ${comment}`.trim();
    if (comment !== undefined || key === '') continue;
    if (indent.length === 2) section = `${key}/`;
    if (said !== '') found.set(indent === '' ? key : section + key, said);
    said = '';
  }
  return found;
};
const dynamicComments = (change: object = {}) => commentsIn(textsOf(change).dynamic);
const staticComments = (change: object = {}) => commentsIn(textsOf(change).static);

test('each kind of part of the dynamic file is explained once, where it comes first', () => {
  const comments = dynamicComments({ cors: { origins: ['https://a.example'] } });
  assert.deepEqual(
    [...comments.keys()],
    [
      'routers/node-n1',
      'routers/cookie-n1',
      'routers/handle-n1',
      'routers/mcp',
      'routers/priority',
      'routers/default',
      'routers/ping',
      'services/only-n1',
      'services/node-n1',
      'services/ready-n2',
      'services/alive',
      'services/mcp-ready',
      'services/mcp',
      'services/default',
      'middlewares/cors',
    ],
  );
});

const BY_ID = { affinity: 'session-id' };
for (const { at, says, change } of [
  { at: 'routers/node-n1', says: /begins with its node's name, so a session needs no cookie/ },
  { at: 'routers/cookie-n1', says: /pinned by its cookie.* hashes of the node's name and of its URL/ },
  { at: 'routers/handle-n1', says: /has no sessions.* by a handle.* a task id.* begins with its node's name/ },
  { at: 'routers/mcp', says: /New sessions.* ids that name no node/ },
  { at: 'routers/mcp', says: /New sessions.* ids that name no node/, change: BY_ID },
  { at: 'routers/mcp', says: /only the cookie names the node/, change: { affinity: 'cookie' } },
  { at: 'routers/priority', says: /the longest rule wins/ },
  { at: 'routers/default', says: /Everything else/ },
  { at: 'routers/ping', says: /200 only once all these routes are loaded/ },
  { at: 'services/only-n1', says: /This node only/ },
  { at: 'services/node-n1', says: /While that is down, another one answers 404/ },
  { at: 'services/ready-n2', says: /while it takes new sessions/ },
  { at: 'services/alive', says: /Every active node that is alive/ },
  { at: 'services/mcp-ready', says: /^New sessions\. The cookie .* hash of the name of the service here\.$/ },
  { at: 'services/mcp-ready', says: /round robin .* After that the session id names the node/, change: BY_ID },
  { at: 'services/mcp-ready', says: /hash of the URL, so do not respell/, change: { cookie: { of: 'url' } } },
  { at: 'services/mcp-ready', says: /`secure` is off: .* over plain HTTP/, change: { cookie: { secure: false } } },
  { at: 'services/mcp-ready', says: /No node is active/, change: { nodes: NODES.slice(0, 2) } },
  { at: 'services/mcp', says: /While no node takes new sessions, .* 503/ },
  { at: 'services/mcp', says: /^New sessions\. The cookie/, change: { healthCheck: false } },
  { at: 'services/default', says: /without a cookie/ },
  { at: 'middlewares/cors', says: /could not read their session id/, change: { cors: { origins: ['*'] } } },
])
  test(`the comment at ${at} says what holds there${change === undefined ? '' : ` with ${JSON.stringify(change)}`}`, () =>
    assert.match(dynamicComments(change).get(at) ?? '', says));

test('where ids begin with a tag, the comments speak of the tag', () => {
  const comments = dynamicComments({ nodes: [node('n1', 'active', { tag: 'k7' })] });
  for (const at of ['routers/node-n1', 'routers/handle-n1'])
    assert.match(comments.get(at) ?? '', /begins with its node's tag/);
});

test('each part of the static file that has a comment says what holds there', () => {
  const says = {
    entryPoints: /answers in flight get 7s to finish.*no writeTimeout/,
    providers: /applies changes of that file while it runs/,
    ping: /answers 200 while Traefik serves requests.* Its route is in the dynamic file/,
    metrics: /Prometheus/,
    accessLog: /Redacted: .* act as the client\. X-Mooring-Session/,
    global: /No version check/,
  };
  const comments = staticComments({ timeouts: { grace: '7s' } });
  assert.deepEqual([...comments.keys()].sort(), Object.keys(says).sort());
  for (const [at, pattern] of Object.entries(says)) assert.match(comments.get(at) ?? '', pattern);
});

test('a part that is switched off is not explained', () => {
  const comments = staticComments({ observe: { accessLog: false, metrics: false } });
  assert.deepEqual([comments.has('accessLog'), comments.has('metrics')], [false, false]);
});
