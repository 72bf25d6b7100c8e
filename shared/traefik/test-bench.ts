/** Real Traefik and the router on generated files, with nodes whose health answers the test sets. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../free-ports.ts';
import { type Topology, topologySchema } from '../topology/topology.ts';
import { findTraefik, noTraefik } from '../traefik-binary.ts';
import { cookieValue } from './cookie-value.ts';
import { servingEntryPoints } from './entry-points.ts';
import { generateFiles } from './generate-files.ts';
import { pinTexts } from './parts.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const binary = findTraefik();
export const skip = noTraefik();
const PATIENCE = 30_000;
const PAUSE = 20;

export type ProxyProcess = { readonly child: ChildProcess; log: string };

export const start = (t: TestContext, [command, ...args]: readonly string[]): ProxyProcess => {
  const child = spawn(command!, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const proxy: ProxyProcess = { child, log: '' };
  const onData = (data: Buffer): void => {
    proxy.log += String(data);
  };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', onData);
  t.after(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  return proxy;
};

/** Retries until the expected answer comes; Traefik answers 404 until it has read its configuration. */
export const until = async (
  proxy: ProxyProcess,
  request: Ask,
  wanted: (answer: Answer) => boolean,
): Promise<Answer> => {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const answer = await ask(request).catch(() => undefined);
    if (answer !== undefined && wanted(answer)) return answer;
    if (proxy.child.exitCode !== null || Date.now() > deadline)
      throw new Error(`${request.path} on ${request.port} stays ${answer?.status}\n${proxy.log}`);
    await wait(PAUSE);
  }
};

export type Ask = {
  readonly port: number;
  readonly path: string;
  readonly host: string;
  readonly tls?: boolean;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
};
export type Answer = { readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly text: string };

export const ask = ({ port, path, host, tls = false, method = 'GET', headers = {} }: Ask): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method, agent: false, headers: { host, ...headers } };
    const request = tls ? https.request({ ...options, rejectUnauthorized: false }) : http.request(options);
    request.on('error', reject);
    request.on('response', async (response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      resolve({ status: response.statusCode!, headers: response.headers, text });
    });
    request.end();
  });

export const folderOf = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'generated-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** A node that answers with its URL and its state. */
export class Stub {
  readonly #server: http.Server;
  live = 200;
  ready = 200;

  constructor() {
    this.#server = http.createServer(({ url }, response) => {
      response.setHeader('x-node', this.url);
      response.statusCode = url === '/healthz' ? this.live : url === '/readyz' ? this.ready : 200;
      response.end(url);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const startStubs = (t: TestContext, count: number): Promise<Stub[]> =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const stub = new Stub();
      await stub.listen();
      t.after(() => stub.stop());
      return stub;
    }),
  );

export type Judged = {
  readonly kind: 'router' | 'traefik';
  readonly proxy: ProxyProcess;
  readonly topology: Topology;
  readonly stubs: readonly Stub[];
  port(entryPoint: string): number;
  /** Applies another topology on the same ports; the answer is not awaited. */
  become(topology: Topology): void;
};

/** Both programs on the same two files, with nodes that are up. */
export const startBoth = async (t: TestContext, given: Topology, interval = '5s'): Promise<[Judged, Judged]> => {
  const names = Object.keys(given.entryPoints);
  const [stubs, free] = await Promise.all([startStubs(t, given.nodes.length), freePorts(2 * names.length)]);
  const nodes = given.nodes.map((node, i) => ({ ...node, url: stubs[i]!.url }));
  const check = { interval, timeout: interval };
  const healthCheck = given.healthCheck && { path: '/healthz', ...check, ready: { path: '/readyz', ...check } };
  const judge = async (kind: Judged['kind'], ports: readonly number[]): Promise<Judged> => {
    const folder = folderOf(t);
    const entryPoints = Object.fromEntries(
      names.map((name, i) => [name, { ...given.entryPoints[name]!, address: `127.0.0.1:${ports[i]}` }]),
    );
    const topology = { ...given, nodes, healthCheck, entryPoints };
    const files = filesIn(folder);
    files.write(topology);
    const command = kind === 'traefik' ? [binary!] : [process.execPath, '--import', 'tsx/esm', 'router/main.ts'];
    const proxy = start(t, [...command, `--configfile=${files.fixed}`]);
    const port = (name: string): number => ports[names.indexOf(name)]!;
    const judged: Judged = { kind, proxy, topology, stubs, port, become: files.write };
    for (const name of servingEntryPoints(topology))
      await until(proxy, requestTo(judged, { entryPoint: name, path: '/' }), ({ status }) => status !== 404);
    return judged;
  };
  return Promise.all([judge('traefik', free.slice(names.length)), judge('router', free.slice(0, names.length))]);
};

const filesIn = (folder: string) => {
  const fixed = join(folder, 'traefik.yml');
  const dynamicFile = join(folder, 'dynamic.yml');
  const write = (topology: Topology): void => {
    const files = generateFiles(topology, { dynamicFile });
    writeFileSync(fixed, files.static);
    writeFileSync(`${dynamicFile}.new`, files.dynamic);
    renameSync(`${dynamicFile}.new`, dynamicFile);
  };
  return { fixed, write };
};

export type Case = { readonly entryPoint: string; readonly path: string } & Omit<Ask, 'port' | 'tls' | 'host'> & {
    readonly host?: string;
  };

export const requestTo = ({ topology, port }: Judged, { entryPoint, ...request }: Case): Ask => ({
  host: topology.hosts[0] ?? 'localhost',
  ...request,
  tls: topology.entryPoints[entryPoint]!.tls !== false,
  port: port(entryPoint),
});

/** All answers to a request: asked often enough, a free choice shows every server. */
export const meets = async (judged: Judged, one: Case): Promise<readonly string[]> => {
  const { nodes } = judged.topology;
  const named = (text: string): string =>
    nodes.reduce(
      (rest, node) => pinTexts(node).reduce((line, pin) => line.replaceAll(cookieValue(pin), node.id), rest),
      text,
    );
  const seen = new Set<string>();
  for (let i = 0; i < 2 * nodes.length; i++) {
    const { status, headers } = await ask(requestTo(judged, one));
    const node = nodes.find(({ url }) => url === headers['x-node'])?.id;
    const cors = Object.entries(headers).filter(([name]) => name.startsWith('access-control-'));
    const cookies = (headers['set-cookie'] ?? []).map(named);
    seen.add(JSON.stringify({ status, node, cookies, cors: cors.sort() }));
  }
  return [...seen].sort();
};

/** The nodes that answer a request to the endpoint, or the statuses if none does; `n1+` if it also sets a cookie. */
export const whoAnswers = async (judged: Judged, headers: Ask['headers'] = {}, path = '/mcp'): Promise<string> => {
  const seen = await meets(judged, { entryPoint: 'web', path, method: 'POST', headers });
  const answers = seen.map((text) => JSON.parse(text) as { status: number; node?: string; cookies: string[] });
  return answers.map(({ status, node, cookies }) => `${node ?? status}${cookies.length > 0 ? '+' : ''}`).join(' ');
};

/** Health checks and file changes take a moment to apply. */
export const becomes = async (look: () => Promise<string>, wanted: string): Promise<void> => {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const seen = await look();
    if (seen === wanted) return;
    if (Date.now() > deadline) throw new Error(`it stays ${seen}, and was to become ${wanted}`);
    await wait(PAUSE);
  }
};

export const topologyOf = ({
  affinity = 'both',
  nodes,
}: {
  affinity?: Topology['affinity'];
  nodes: readonly string[];
}): Topology =>
  topologySchema.parse({
    nodes: nodes.map((state, i) => ({ id: `n${i + 1}`, url: `http://127.0.0.1:${i + 1}`, state })),
    entryPoints: { web: { address: '127.0.0.1:1' } },
    affinity,
  });
