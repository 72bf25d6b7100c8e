/** Hostile files, arguments and environments for commands. */

type Named = { readonly name: string; readonly text: string | Buffer };

/** Text that controls a terminal, reverses text, ends a line, or has a special meaning in YAML, shells, Go or JSON. */
export const TEXTS: readonly string[] = [
  ...[
    '\u001b[2J',
    '\u009b2J',
    '\u001b]0;a\u0007',
    '\u202eabc',
    '\u2066a\u200b',
    '\ufeff',
    '\r',
    '\0',
    '\u2028',
    '\x7f',
  ],
  ...['a\nb: c', 'a\r\nb: c', '- a', '? a', '&a', '*a', '!!js/function a', '!<tag:yaml.org,2002:str> a', '%YAML 9'],
  ...['---', '$HOME', '$(id)', '`id`', '"; id; "', "'; id; '", '\\', '\\u0000', '#a', ': ', ' ', '~', 'null', 'true'],
  ...['`) || PathPrefix(`/', '") || Path("', '@file', '@internal', '__proto__', 'constructor', '<script>a()</script>'],
  ...['\ud800', 'é'.repeat(1_000), '😀'.repeat(1_000), '1_000', '0x1', '.inf', '=', '<<'],
];
export const TEMPLATES: readonly string[] = ['{{ env "HOME" }}', '{{', 'a {{/* b'];

const NODES = { nodes: ['n1', 'n2'].map((id, i) => ({ id, url: `http://127.0.0.1:${i + 1}` })) };
const PRIVATE = { traefik: { address: '127.0.0.1:3' } };
const WHOLE = { ...NODES, entryPoints: { web: { address: ':80' }, ...PRIVATE }, cookie: { secure: false } };
/** The same, line by line. */
const YAML = Object.entries(WHOLE)
  .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
  .join('');
const aliases = Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]\n`).join('');
const hostile = (key: string): Named => ({
  name: `hostile ${key}`,
  text: `${YAML.replace(new RegExp(`^${key}:.*\n`, 'm'), '')}${key}: ${JSON.stringify(TEXTS.map((one) => `${one}!`))}\n`,
});

/** Texts that are not topologies. */
export const NO_TOPOLOGIES: readonly Named[] = [
  { name: 'nothing', text: '' },
  { name: 'binary', text: Buffer.from(Array.from({ length: 4_096 }, (_, i) => (i * 73) % 256)) },
  { name: 'UTF-16', text: Buffer.from(`\ufeff${YAML}`, 'utf16le') },
  { name: 'aliases of aliases', text: `${YAML}a0: &a0 [x]\n${aliases}` },
  { name: 'an alias of itself', text: 'nodes: &a [*a]' },
  { name: '100,000 levels', text: '['.repeat(100_000) },
  { name: '100,000 levels of blocks', text: `nodes: ${'- '.repeat(100_000)}` },
  { name: '__proto__', text: `${YAML}__proto__: { traefik: '3.7' }\n` },
  { name: 'constructor', text: `${YAML}constructor: { prototype: { a: 1 } }\n` },
  { name: 'the same keys twice', text: YAML + YAML },
  { name: 'two documents', text: `${YAML}---\n${YAML}` },
  { name: 'a tag', text: `${YAML}hosts: !!js/function 'a'\n` },
  { name: '50 MB', text: Buffer.alloc(50 * 1024 * 1024, '# a\n') },
  { name: '50 MB of one line', text: Buffer.alloc(50 * 1024 * 1024, 'a') },
  { name: '10,000 unknown keys', text: YAML + Array.from({ length: 10_000 }, (_, i) => `k${i}: 1\n`).join('') },
  { name: 'a key of 100,000 characters', text: `${YAML}${'k'.repeat(100_000)}: 1\n` },
  { name: 'a name of 100,000 characters', text: YAML.replace('n1', 'n'.repeat(100_000)) },
  { name: 'hostile keys', text: YAML + TEXTS.map((one) => `${JSON.stringify(`${one}!`)}: 1\n`).join('') },
  ...['nodes', 'hosts', 'prefix', 'routes', 'cors', 'timeouts', 'registry', 'traefik'].map(hostile),
];
/** A selection for the commands that only read a topology. */
export const FEW = /alias|proto|50 MB$|hostile nodes/;

/** Unusual, but valid. */
export const ODD_TOPOLOGIES: readonly Named[] = [
  { name: 'a BOM', text: `\ufeff${YAML}` },
  { name: 'CRLF', text: YAML.replaceAll('\n', '\r\n') },
  { name: 'JSON', text: JSON.stringify(WHOLE) },
  { name: 'a comment with terminal control sequences', text: `# \u202e\u200b\n${YAML}` },
];

/** In a topology any text may name a file; here each one belongs to an entry point. */
export const withTexts = (texts: readonly string[]): string => {
  const secure = texts.map((text, i) => [`e${i}`, { address: `:${1000 + i}`, tls: { certFile: text, keyFile: text } }]);
  return JSON.stringify({ ...NODES, entryPoints: { ...Object.fromEntries(secure), ...PRIVATE } });
};

const LINE = {
  ...{ DownstreamStatus: 200, RequestMethod: 'POST', RequestPath: '/mcp', ServiceURL: 'http://a', Duration: 1 },
  ...{ ClientAddr: '1.1.1.1:1', 'request_Mcp-Session-Id': 'n1.aaaaaaaa', StartUTC: '2026-01-01T00:00:00Z' },
};
const lined = (change: object = {}): string => JSON.stringify({ ...LINE, ...change });
const VALUES: readonly unknown[] = [
  ...TEXTS,
  'a'.repeat(100_000),
  7,
  -1,
  1e308,
  null,
  true,
  [],
  {},
  ['a'],
  { toString: 1 },
];

export const LOGS: readonly Named[] = [
  { name: 'nothing', text: '' },
  { name: 'a line without its end', text: lined() },
  { name: 'half lines', text: Array.from({ length: 200 }, (_, i) => lined().slice(0, i)).join('\n') },
  { name: 'a line of 10 MB', text: `${lined()}\n${'x'.repeat(10_000_000)}\n${lined()}\n` },
  { name: '10 MB without an end', text: Buffer.alloc(10_000_000, '{') },
  { name: 'binary', text: Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 167 + (i >> 8)) % 256)) },
  { name: 'JSON of 100,000 levels', text: `${'['.repeat(100_000)}\n${lined()}\n` },
  { name: 'lines of other kinds', text: ['null', '7', '[]', '"a"', '{}', '{"a":{}}', '[{}]'].join('\n') },
  {
    name: '20,000 sessions',
    text: Array.from({ length: 20_000 }, (_, i) => lined({ 'request_Mcp-Session-Id': `n1.${i}aaaaaaaa` })).join('\n'),
  },
  ...Object.keys(LINE).map((key) => ({
    name: `${key}: hostile texts, and values of other kinds`,
    text: VALUES.flatMap((value) =>
      [404, 200, 502].map((status) => lined({ DownstreamStatus: status, [key]: value })),
    ).join('\n'),
  })),
];

/** Arguments cannot contain NUL. */
const WORDS = [...TEXTS, ...TEMPLATES].filter((text) => !text.includes('\0'));

/** Arguments of `explain` and `cookie`. */
export const QUESTIONS: readonly (readonly string[])[] = [
  ...WORDS.filter((_, i) => i % 8 === 0).map((word) => [
    ...['explain', 'POST', `/mcp${word}`, '-H', `X-A: ${word}`, '--session', word, '--cookie', word],
  ]),
  ['explain', '--curl', `curl ${'-H a:b '.repeat(5_000)}http://a/`],
  ['explain', '--curl', `curl 'http://a/${'\\'.repeat(10_000)}`],
  ['explain', '--log', '['.repeat(50_000)],
  ['explain', '--log', JSON.stringify({ RequestPath: WORDS.join(''), RequestMethod: WORDS[1], DownstreamStatus: {} })],
  ['cookie', WORDS.join('; ')],
  ['cookie', `Cookie: ${WORDS.map((word) => `_mcp_backend=${word}`).join('; ')}`],
];

export const ENVIRONMENTS: Readonly<Record<string, NodeJS.ProcessEnv>> = {
  nothing: {},
  'no home': { HOME: '', XDG_CACHE_HOME: '', TMPDIR: '/nonexistent' },
  'text that steers a terminal': {
    ...{ REDIS_URL: 'redis://\u001b[2J\u202e:1', TERM: '\u001b[2J', npm_lifecycle_event: '\u001b[2J' },
  },
  'a long URL that is none': { REDIS_URL: 'a'.repeat(100_000) },
  'odd sizes and languages': { COLUMNS: '-1', LINES: 'a', LANG: 'tr_TR.UTF-8', LC_ALL: 'a', TZ: '/etc/passwd' },
};
