import assert from 'node:assert/strict';
import test from 'node:test';
import { readCookieText } from '../../router/explain/cookie-text.ts';
import { cookieValue } from '../../shared/traefik/cookie-value.ts';
import { runCommand, runMooring } from '../explain/test-run.ts';
import { command } from './command.ts';

const VALUE = cookieValue('ready-n2');

for (const { what, text, read } of [
  { what: 'a bare value', text: VALUE, read: [[undefined, VALUE]] },
  { what: 'a pair', text: `pin=${VALUE}`, read: [['pin', VALUE]] },
  {
    what: 'a Cookie header',
    text: `Cookie: a=1; pin=${VALUE};`,
    read: [
      ['a', '1'],
      ['pin', VALUE],
    ],
  },
  {
    what: 'a Set-Cookie line',
    text: `Set-Cookie: pin=${VALUE}; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`,
    read: [['pin', VALUE]],
  },
  { what: 'a URL with an equals sign', text: 'http://a:1/?x=1', read: [[undefined, 'http://a:1/?x=1']] },
])
  test(`${what} is read as its cookies`, () => {
    assert.deepEqual(
      readCookieText(text).map(({ name, value }) => [name, value]),
      read,
    );
  });

for (const source of [
  ['--configfile', 'config/traefik.yml'],
  ['--topology', 'config/dev.yaml'],
])
  test(`a value is decoded and a node encoded, by ${source[1]}`, async () => {
    const decoded = await runMooring(['cookie', VALUE, '--json', ...source]);
    assert.equal(decoded.code, 0);
    const { cookies } = JSON.parse(decoded.out);
    assert.deepEqual([cookies[0].matches[0].target.node, cookies[0].matches[0].encoding], ['n2', 'sha256']);
    const forms = await runCommand(command, ['n2', ...source]);
    assert.match(forms.out, new RegExp(`n2 \\(http://127\\.0\\.0\\.1:8082\\)\n  ${VALUE} `));
    assert.match(forms.out, new RegExp(`mcp-ready@file sends it as _mcp_backend=${VALUE}\n`));
  });

test('a value in the old form is recognised, with the route that still accepts it', async () => {
  const before = cookieValue('http://127.0.0.1:8082');
  const { out, code } = await runCommand(command, [before]);
  assert.equal(code, 0);
  assert.match(
    out,
    /is n2 \(http:\/\/127\.0\.0\.1:8082\)\n {2}router {4}cookie-n2@file.*\n.*its URL.*a route of sessions/,
  );
  assert.match(
    (await runCommand(command, ['http://127.0.0.1:8082'])).out,
    new RegExp(`sessions by .*=${before}$`, 'm'),
  );
});

for (const { when, args, code, says } of [
  {
    when: 'no server has it',
    args: ['0123456789abcdef'],
    code: 1,
    says: /matches no server of config\/traefik\.yml/,
  },
  { when: 'no service has its name', args: ['theme=dark'], code: 1, says: /is not a sticky cookie/ },
  {
    when: 'a URL is not in the files',
    args: ['http://127.0.0.1:8082/'],
    code: 1,
    says: /no service .* has exactly this URL/,
  },
  { when: 'nothing is asked', args: [], code: 2, says: /which cookie\?/ },
  { when: 'two sources are named', args: ['x', '--topology', 'a', '--configfile', 'b'], code: 2, says: /choose one/ },
  {
    when: 'the topology is missing',
    args: ['x', '--topology', 'nosuch.yaml'],
    code: 2,
    says: /there is no topology nosuch\.yaml/,
  },
  {
    when: 'the files are missing',
    args: ['x', '--configfile', 'nosuch.yml'],
    code: 1,
    says: /nosuch\.yml does not exist/,
  },
])
  test(`the command ends with ${code} when ${when}`, async () => {
    const run = await runCommand(command, args);
    assert.equal(run.code, code);
    assert.match(run.out + run.err, says);
  });
