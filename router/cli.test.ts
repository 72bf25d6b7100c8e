import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { commandOf } from '../shared/program.ts';

test('a router’s dashboard opens with the printed URL, and with nothing that others can see', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'router-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [file, dynamic] = [join(folder, 'traefik.yml'), join(folder, 'dynamic.yml')];
  writeFileSync(dynamic, 'http: { services: { s: { loadBalancer: { servers: [{ url: "http://127.0.0.1:1" }] } } } }\n');
  writeFileSync(
    file,
    `entryPoints: { web: { address: "127.0.0.1:0" } }\nproviders: { file: { filename: ${dynamic} } }\nlog: { level: DEBUG }\n`,
  );
  const [program, ...args] = commandOf('./main.ts', import.meta.url);
  const router = spawn(program, [...args, '--configfile', file, '--dashboard', '127.0.0.1:0', '--json']);
  t.after(() => router.kill('SIGKILL'));
  let log = '';
  router.stderr.on('data', (text) => {
    log += text;
  });
  const [line] = (await once(createInterface({ input: router.stdout }), 'line')) as [string];
  const url = new URL((JSON.parse(line) as { dashboard: string }).dashboard);
  assert.match(url.href, /^http:\/\/127\.0\.0\.1:\d+\/\?secret=[\w-]{32}$/);
  assert.equal((await fetch(url)).status, 200);
  assert.equal((await fetch(url.origin)).status, 403);
  const arguments_ = process.platform === 'linux' ? readFileSync(`/proc/${router.pid}/cmdline`, 'utf8') : '';
  router.kill('SIGTERM');
  await once(router, 'exit');
  for (const text of [log, arguments_]) assert.ok(!text.includes(url.search.slice(-32)));
});

test('an entry point whose routes all require TLS is shown as https, even without TLS settings of its own', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'router-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [file, dynamic] = [join(folder, 'traefik.yml'), join(folder, 'dynamic.yml')];
  const route = (name: string, tls: string): string =>
    `${name}: { rule: 'PathPrefix("/${name}")', entryPoints: [${name}], service: s${tls} }`;
  writeFileSync(
    dynamic,
    `http: { routers: { ${route('plain', '').replaceAll('"', '`')}, ${route('secure', ', tls: {}').replaceAll('"', '`')} }, services: { s: { loadBalancer: { servers: [{ url: "http://127.0.0.1:1" }] } } } }\n`,
  );
  writeFileSync(
    file,
    `entryPoints: { plain: { address: "127.0.0.1:0" }, secure: { address: "127.0.0.1:0" } }\nproviders: { file: { filename: ${dynamic} } }\n`,
  );
  const [program, ...args] = commandOf('./main.ts', import.meta.url);
  const router = spawn(program, [...args, '--configfile', file, '--json']);
  t.after(() => router.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: router.stdout }), 'line')) as [string];
  const { entryPoints } = JSON.parse(line) as { entryPoints: Record<string, string> };
  assert.deepEqual(
    Object.entries(entryPoints).map(([name, url]) => [name, new URL(url).protocol]),
    [
      ['plain', 'http:'],
      ['secure', 'https:'],
    ],
  );
});
