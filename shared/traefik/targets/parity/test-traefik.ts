/** Real Traefik with our static file, and queries to it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { freePorts } from '../../../free-ports.ts';
import { type Topology, topologySchema } from '../../../topology/topology.ts';
import { findTraefik, noTraefik } from '../../../traefik-binary.ts';

const binary = findTraefik();
export const skip = noTraefik();
const PATIENCE = 60_000;
const PAUSE = 50;

export type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string };
export type Traefik = {
  ask(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** The raw answer. */
  open(path: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage>;
  /** Name and status of every part of a kind. */
  listed(kind: 'routers' | 'services' | 'middlewares'): Promise<Readonly<Record<string, string>>>;
  /** Polls until it holds. */
  until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T>;
  errors(): readonly string[];
};

/** A topology of live nodes on free ports; one entry point for clients and one for Traefik itself. */
export const liveTopology = async (urls: readonly string[], change: object = {}): Promise<Topology> => {
  const [web, api] = await freePorts(2);
  return topologySchema.parse({
    nodes: urls.map((url, i) => ({ id: `n${i + 1}`, url })),
    entryPoints: { web: { address: `127.0.0.1:${web}` }, traefik: { address: `127.0.0.1:${api}` } },
    cookie: { secure: false },
    healthCheck: { path: '/healthz', interval: '1s', timeout: '1s' },
    ...change,
  });
};

export const startTraefik = (t: TestContext, topology: Topology, staticText: string): Traefik => {
  const folder = mkdtempSync(join(tmpdir(), 'target-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'traefik.yml');
  writeFileSync(file, `${staticText}\napi: { insecure: true }\n`);
  const child = spawn(binary!, [`--configfile=${file}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (log += String(data)));
  t.after(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const portOf = (name: string): number => Number(topology.entryPoints[name]!.address.split(':').pop());
  const until = async <T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> => {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const seen = await look().catch(() => undefined);
      if (seen !== undefined && holds(seen)) return seen;
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`it stays ${JSON.stringify(seen)}\n${log}`);
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  };
  return {
    ask: (path, headers) => ask(portOf('web'), path, headers),
    open: (path, headers) => open(portOf('web'), path, headers),
    listed: async (kind) => {
      const { text } = await ask(portOf('traefik'), `/api/http/${kind}?per_page=100000`);
      const parts = JSON.parse(text) as { name: string; status: string }[];
      return Object.fromEntries(parts.map(({ name, status }) => [name, status]));
    },
    until,
    errors: () =>
      stripVTControlCharacters(log)
        .split('\n')
        .filter((line) => / (ERR|WRN|FTL) /.test(line)),
  };
};

const open = (port: number, path: string, headers: Readonly<Record<string, string>> = {}): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const method = path.startsWith('/api/') ? 'GET' : 'POST';
    const request = http.request({ host: '127.0.0.1', port, path, method, agent: false, headers });
    request.on('error', reject);
    request.on('response', resolve);
    request.end();
  });

const ask = async (port: number, path: string, headers?: Readonly<Record<string, string>>): Promise<Answer> => {
  const response = await open(port, path, headers);
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode!, headers: response.headers, text };
};

/** A server that answers its name, which is its URL, or starts an endless event stream. */
export const startNode = async (
  t: TestContext,
  host = '127.0.0.1',
): Promise<{ readonly url: string; stop(): void }> => {
  const server = http.createServer(({ headers }, response) => {
    if (headers.accept !== 'text/event-stream') return response.end(url);
    response.setHeader('content-type', 'text/event-stream');
    return response.write('data: first\n\n');
  });
  server.listen(0, host);
  await once(server, 'listening');
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  t.after(stop);
  return { url, stop };
};
