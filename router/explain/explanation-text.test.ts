import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { completeConfig } from '../core/table/compile.ts';
import { readDynamic } from '../traefik/config/dynamic/read-dynamic.ts';
import { readStatic } from '../traefik/config/static/read-static.ts';
import { explain } from './explain.ts';
import { explanationText, type Paint } from './explanation-text.ts';
import type { Question } from './question.ts';

const STATIC = `entryPoints:
  web:
    address: :8080
providers:
  file:
    filename: dynamic.yml
ping:
  entryPoint: web
`;
const DYNAMIC = `http:
  routers:
    node-n1:
      rule: PathPrefix(\`/mcp\`) && HeaderRegexp(\`Mcp-Session-Id\`, \`^n1\\.\`)
      priority: 3000
      service: node-n1
    node-n2:
      rule: PathPrefix(\`/mcp\`) && HeaderRegexp(\`Mcp-Session-Id\`, \`^n2\\.\`)
      priority: 3000
      service: node-n2
    mcp:
      rule: PathPrefix(\`/mcp\`)
      priority: 1000
      middlewares: [tag]
      service: mcp
  middlewares:
    tag:
      headers:
        customRequestHeaders:
          X-Tag: seen
  services:
    only-n1:
      loadBalancer:
        healthCheck: { path: /healthz }
        servers: [{ url: 'http://10.0.0.1:8080' }]
    node-n1:
      failover: { service: only-n1, fallback: mcp }
    only-n2:
      loadBalancer:
        healthCheck: { path: /healthz }
        servers: [{ url: 'http://10.0.0.2:8080' }]
    node-n2:
      failover: { service: only-n2, fallback: mcp }
    mcp:
      loadBalancer:
        sticky:
          cookie: { name: pin, httpOnly: true }
        healthCheck: { path: /healthz }
        servers: [{ url: 'http://10.0.0.1:8080' }, { url: 'http://10.0.0.2:8080' }]
`;

const staticConfig = readStatic({ file: 'traefik.yml', text: STATIC }).config!;
const { config, problems } = readDynamic([{ file: 'dynamic.yml', text: DYNAMIC }]);
const bare = (text: string): string => text;
const PLAIN: Paint = { strong: bare, faint: bare, good: bare, bad: bare, risky: bare };

const textOf = (question: Partial<Question>, down: readonly string[] = []): string =>
  explanationText(
    explain({
      question: {
        entryPoint: 'web',
        tls: false,
        method: 'POST',
        target: '/mcp',
        host: 'mcp.test',
        headers: [],
        from: '127.0.0.1',
        ...question,
      },
      config: completeConfig(config, staticConfig),
      staticConfig,
      status: { isUp: (_, url) => !down.includes(url) },
    }),
    PLAIN,
  );

const SESSION = ['Mcp-Session-Id', 'n2.1b4e28ba-2fa1-41d2-883f-0016d3cca427'] as const;

for (const { file, when, question, down } of [
  { file: 'new-client.txt', when: 'where does a new client go', question: {} },
  {
    file: 'two-pins.txt',
    when: 'why does a session not follow its cookie',
    question: { headers: [SESSION, ['Cookie', 'pin=cc3dd0c247d6ff41'] as const] },
  },
  {
    file: 'owner-down.txt',
    when: 'what becomes of a session whose node is down',
    question: { headers: [SESSION] },
    down: ['http://10.0.0.2:8080'],
  },
])
  test(`the answer to "${when}?" reads as written in golden/${file}`, () => {
    assert.deepEqual(problems, []);
    const golden = readFileSync(new URL(`golden/${file}`, import.meta.url), 'utf8');
    assert.equal(`${textOf(question, down)}\n`, golden);
  });

test('client input cannot control the terminal that shows it', () => {
  const text = textOf({ headers: [['Mcp-Session-Id', 'n2\u001b[2J']] });
  assert.ok(!text.includes('\u001b'));
});
