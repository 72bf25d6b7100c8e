/** Every parser of external input runs in linear time. */
import { retryAfterMs } from './client/back-off.ts';
import { RequestParser } from './registry/embedded/request-parser.ts';
import { decodeNode, decodeSession, idOfSessionKey } from './registry/records.ts';
import { troubleOf } from './registry/redis-trouble.ts';
import { parseRedisUrl } from './registry/redis-url.ts';
import { newSessionId, parseNodeId, parseSessionId } from './registry/session-id.ts';
import { formatProblems } from './source/format-problems.ts';
import { nearest } from './source/nearest.ts';
import { resolvePlainScalar } from './source/plain-scalar.ts';
import { readTree } from './source/tree.ts';
import { forTerminal, visible } from './terminal-text.ts';
import { testGrowth, testTextGrowth } from './test-growth.ts';
import { setNodeState } from './topology/edit-topology.ts';
import { nodeHazards } from './topology/hazards/nodes.ts';
import { readTopology } from './topology/read-topology.ts';
import type { Topology } from './topology/topology.ts';
import { cookieName } from './traefik/cookie-name.ts';
import { cookieValue, legacyCookieValues } from './traefik/cookie-value.ts';
import { parseGoDuration } from './traefik/go-duration.ts';
import { hazardsOfTraefikFile } from './traefik/hazards-of-file.ts';

const UUID = '0b8e8f56-1b4e-4a7b-9c1d-1b4e28ba0001';
const ID = newSessionId(parseNodeId('n1')!, UUID);
testTextGrowth('session id', (text) => [parseSessionId(text), parseNodeId(text)], { units: ['n.', UUID] });
testTextGrowth('key of the registry', (text) => idOfSessionKey(`mcp:session:${text}`), { units: [`n1.${UUID}`] });
testTextGrowth('record of the registry', (text) => [decodeSession(ID, text), decodeNode(parseNodeId('n1')!, text)], {
  units: ['[', '{"a":', '"a",', '\\u0041'],
  around: (text) => `{"node":"n1","boot":"b","created":1,"client":"${text}`,
  ends: ['', '"}'],
});
testTextGrowth('Redis URL', attempt(parseRedisUrl), {
  around: (text) => `redis://${text}`,
  units: ['a,', 'a:', '@', '%41', '::'],
});
testTextGrowth('what Redis says', (text) => troubleOf(new Error(text)), { units: ['A', 'timed '] });

const LINE = '*1\r\n$4\r\nPING\r\n';
const RESP = {
  units: [LINE, 'PING\r\n', 'PING ', '*1\r\n', '*-1\r\n', '*0\r\n', '*1\r\n$0\r\n\r\n'],
  ends: ['', '\r\n'],
};
const readIn = (size: number) => (text: string) => {
  const parser = new RequestParser();
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += size) parser.push(bytes.subarray(at, at + size));
};
const WHOLE = 1 << 22;
for (const size of [WHOLE, 1000, 16]) {
  const how = size === WHOLE ? 'whole' : `in fragments of ${size} bytes`;
  testTextGrowth(`RESP, ${how}`, readIn(size), RESP);
  testTextGrowth(`one long argument in RESP, ${how}`, readIn(size), {
    ...RESP,
    around: (text) => `*2\r\n$3\r\nGET\r\n$${text.length}\r\n${text}`,
  });
}

const YAML = {
  ends: ['', '?', '\n', '"', '}'],
  units: [
    '- ',
    ': ',
    'a: b\n',
    '- a\n',
    '#\n',
    '[a,',
    '{a: b,',
    '*a ',
    '&a ',
    '!!str ',
    '"a" ',
    '\\x41',
    '|\n ',
    '---\n',
  ],
  // The YAML library takes a few hundred nanoseconds per byte.
  largest: 1 << 15,
};
testTextGrowth('YAML', (text) => readTree('a.yml', text), YAML);
testGrowth('keys of YAML', (text: string) => readTree('a.yml', text), {
  cases: [
    { name: 'keys', grown: (size) => Array.from({ length: size / 16 }, (_, i) => `k${i}: a`).join('\n') },
    { name: 'anchors', grown: (size) => Array.from({ length: size / 16 }, (_, i) => `k${i}: &a${i} a`).join('\n') },
    {
      name: 'merges',
      grown: (size) => `a: &a { b: c }\n${Array.from({ length: size / 16 }, (_, i) => `k${i}: { <<: *a }`).join('\n')}`,
    },
  ],
  largest: YAML.largest,
});
testTextGrowth('plain scalar of YAML', resolvePlainScalar, { units: ['1_', '0x', '1.', '-1', '0-', '1e'] });
testTextGrowth('plain scalar that begins as a number', resolvePlainScalar, {
  around: (text) => `1${text}`,
  units: ['1_', '.0', 'e1'],
  // Its value is a bignum, and printing one takes more than linear time.
  largest: 1 << 16,
});

const TOPOLOGY = 'entryPoints: { web: { address: ":80" } }\nnodes:\n  - { id: n1, url: "http://a:1" }\n';
testTextGrowth('topology', (text) => readTopology(text, 't.yaml'), YAML);
testTextGrowth('name of a topology', (text) => readTopology(text, 't.yaml'), {
  ...YAML,
  around: (text) => `${TOPOLOGY}prefix: "/${text}`,
  ends: ['"', '?"'],
  units: ['/a', '/.', './'],
});
testTextGrowth('node of a topology that is edited', (text) => setNodeState(text, 'n1', 'draining'), {
  ...YAML,
  around: (text) => `${TOPOLOGY}# ${text}`,
  units: ['\n#', '\r\n# '],
  largest: 1 << 15,
});

testTextGrowth('word that is nearly another', (text) => nearest(text, [`${text.slice(1)}b`]));
testTextGrowth('problem that is shown', (text) =>
  formatProblems(
    [{ place: { file: 'a', line: 1, column: text.length }, path: '', kind: 'invalid', message: text, remedy: text }],
    { color: false, sources: new Map([['a', text]]) },
  ),
);
testTextGrowth('text that is shown', visible);
testTextGrowth('text for a terminal', (text) => forTerminal(text, { color: true }), {
  units: ['\x1b', '\x1b[', '\x1b[3', '\x1b[31m', '\u202e', '\u{e0041}'],
  largest: 1 << 17,
});
testTextGrowth('duration', parseGoDuration, {
  around: (text) => `1${text}`,
  units: ['1s', '.1s', '1.'],
  largest: 1 << 16,
});
testTextGrowth('sticky cookie', (text) => [cookieName('', text), cookieValue(text), legacyCookieValues(text)], {
  largest: 1 << 18,
});
testTextGrowth('Retry-After', (text) => retryAfterMs(text, 0), { units: ['1 ', ' 1'] });

const router = (rule: string) => ({ rule, service: 's', middlewares: [], at: { file: 'd.yml', line: 1, column: 1 } });
testTextGrowth(
  'rule of a file, for its hazards',
  (rule) =>
    hazardsOfTraefikFile({
      routers: new Map([['r', router(rule)]]),
      services: new Map(),
      middlewares: new Map(),
    } as never),
  { units: ['!Path(', '! ', 'Path( ', 'Path(`', 'Host(`', 'Path(`/a`)'] },
);

/** An exception is a valid result too. */
function attempt<Out>(read: (text: string) => Out): (text: string) => Out | undefined {
  return (text) => {
    try {
      return read(text);
    } catch {
      return undefined;
    }
  };
}

const nodesOf = (at: (i: number) => object) => (size: number) => ({
  nodes: Array.from({ length: size }, (_, i) => ({ id: `n${i}`, url: `http://h${i}:1`, state: 'active', ...at(i) })),
});
testGrowth(
  'hazards of many nodes',
  (topology: ReturnType<ReturnType<typeof nodesOf>>) => nodeHazards(topology as unknown as Topology),
  {
    cases: [
      { name: 'all different', grown: nodesOf(() => ({})) },
      { name: 'all alike', grown: nodesOf(() => ({ id: 'n', url: 'http://h' })) },
    ],
    largest: 1 << 16,
  },
);
