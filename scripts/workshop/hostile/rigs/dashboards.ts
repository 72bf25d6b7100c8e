/**
 * The dashboard of a router with markup throughout its configuration, and of a cluster; and a browser that opens both.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Entered, enter } from '../../../../router/dashboard/enter.ts';
import { launchBrowser, noBrowser } from '../../../../router/dashboard/test-browser.ts';
import { type Exchange, exchange } from '../../../../router/parity/raw-client.ts';
import { freePorts } from '../../../../shared/free-ports.ts';
import type { Rig } from '../area.ts';
import { type Program, startProgram } from './program.ts';
import { PATIENCE } from './raw-mcp.ts';

export type Shown = {
  readonly program: Program;
  /** With the secret. */
  readonly url: string;
  readonly port: number;
  readonly entered: Entered;
  /** Where its clients connect. */
  readonly web: number;
};
export type Dashboards = Rig & {
  readonly router: Shown;
  readonly cluster: Shown;
  /** Contains everything that the cluster writes. */
  readonly folder: string;
  /** undefined without Chromium. */
  readonly browser: Awaited<ReturnType<typeof launchBrowser>> | undefined;
};

/** What an injected script would call, or an injected element would be. */
export const PAYLOADS = [
  '<script data-boom>boom()</script>',
  '"><img data-boom src=x onerror=boom()>',
  "'><svg data-boom onload=boom()>",
  '</title></script></style><iframe data-boom srcdoc="<script>parent.boom()</script>">',
  '&lt;b data-boom&gt;&#60;b data-boom&#62;',
  'javascript:boom()//',
  '#{boom()}<%=boom()%>[[boom()]]',
  '<a data-boom href=javascript:boom()>a</a>',
  '<link data-boom rel=stylesheet href=//127.0.0.9/><base data-boom href=//127.0.0.9/>',
  '\\u003cimg data-boom src=x onerror=boom()\\u003e',
  '-->]]><x data-boom style=background:url(//127.0.0.9/) onmouseover=boom()>',
  '"+boom()+"\'+boom()+\'`+boom()+`',
] as const;

/** Each payload is the name of a router and a service, and part of a rule. */
const files = (folder: string, origin: string): string => {
  const at = (name: string, value: unknown): string => {
    writeFileSync(join(folder, name), JSON.stringify(value));
    return join(folder, name);
  };
  const routers = PAYLOADS.map((name, i) => {
    const rule = `PathPrefix(\`/${i}/\`) || Header(\`X-A\`, ${JSON.stringify(name)})`;
    return [name, { rule, service: name }] as const;
  });
  const services = PAYLOADS.map((name) => [name, { loadBalancer: { servers: [{ url: origin }] } }] as const);
  const http = { routers: Object.fromEntries(routers), services: Object.fromEntries(services) };
  const filename = at('dynamic.yml', { http });
  return at('traefik.yml', {
    entryPoints: { web: { address: '127.0.0.1:0' } },
    providers: { file: { filename } },
  });
};

export const openDashboards = async (): Promise<Dashboards> => {
  const folder = mkdtempSync(join(tmpdir(), 'page-'));
  const origin = createServer((req, res) => {
    const i = Number(/^\/(\d+)\//.exec(req.url ?? '')?.[1] ?? 0);
    res.writeHead(200, { 'x-answer': PAYLOADS[i] ?? '', server: PAYLOADS[i] ?? '' }).end('ok');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => origin.once('listening', resolve));
  const configfile = files(folder, `http://127.0.0.1:${(origin.address() as AddressInfo).port}`);
  const [port] = await freePorts(1);
  const own = join(folder, 'own');
  const [router, cluster, browser] = await Promise.all([
    shown({
      ...{
        name: 'router',
        args: ['router/main.ts', '--configfile', configfile, '--dashboard', '127.0.0.1:0', '--json'],
      },
      ...{ env: process.env, ready: /"web":"http:\/\/127\.0\.0\.1:(\d+)"[\s\S]*?"dashboard":"([^"]+)"/ },
    }),
    shown({
      ...{ name: 'cluster', args: ['scripts/mooring.ts', 'dev', '--json', '--nodes', '2', '--port', String(port)] },
      env: { ...process.env, TMPDIR: mkdtempSync(own), XDG_RUNTIME_DIR: '', REDIS_URL: '' },
      ready: /"router":"http:\/\/127\.0\.0\.1:(\d+)"[\s\S]*?"dashboard":"([^"]+)"/,
    }),
    noBrowser ? undefined : launchBrowser(),
  ]);
  const both = [router, cluster];
  return {
    ...{ router, cluster, browser, folder, watched: both.map(({ program }) => program.watched) },
    honest: async () => {
      for (const one of both) {
        const { answers } = await ask(one, 'GET', 'api/about');
        if (answers[0]?.status !== 200) throw new Error(`the page gets ${JSON.stringify(answers[0])}`);
      }
    },
    closeIdle: async () => undefined,
    close: async () => {
      await browser?.close();
      await Promise.all(both.map(({ program }) => program.stop()));
      origin.close().closeAllConnections();
      rmSync(folder, { recursive: true });
    },
  };
};

const shown = async (options: Parameters<typeof startProgram>[0]): Promise<Shown> => {
  const program = await startProgram(options);
  const [, web, url = ''] = program.ready;
  return { program, url, port: Number(new URL(url).port), entered: await enter(url), web: Number(web) };
};

export type Asking = { readonly headers?: readonly string[]; readonly body?: string; readonly host?: string };

/** The bytes of the page's own requests: with its cookie, and with its token for a POST. */
export const ask = (
  { port, entered }: Shown,
  method: string,
  path: string,
  { headers = [], body, host = `127.0.0.1:${port}` }: Asking = {},
): Promise<Exchange> => {
  const target = path.startsWith('/') ? path : new URL(entered.base).pathname + path;
  const all = [
    ...(host === '' ? [] : [`Host: ${host}`]),
    `Cookie: ${entered.cookie}`,
    ...(method === 'POST' ? [`X-Mooring-Token: ${entered.token}`] : []),
    ...(body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body, 'latin1')}`]),
    ...headers,
  ];
  const bytes = `${method} ${target} HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n${body ?? ''}`;
  return exchange(port, bytes, { timeout: PATIENCE });
};

/** What other users of the machine can read, connect to or change in a folder. */
export const openToOthers = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    const { mode } = statSync(path);
    if (entry.isDirectory()) return mode & 0o001 ? openToOthers(path) : mode & 0o006 ? [path] : [];
    return mode & 0o006 ? [path] : [];
  });

/** Every user of the machine can read a process's arguments. */
export const commandLines = (): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'latin1')];
      } catch {
        return [];
      }
    });
