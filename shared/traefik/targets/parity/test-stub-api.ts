/** A stub of the Docker and Kubernetes APIs, as far as Traefik uses them: there is no engine and no cluster here. */
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

const serve = async (t: TestContext, handle: Handle): Promise<string> => {
  const server = http.createServer(handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const json = (response: ServerResponse, value: unknown): void => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
};

export type DockerContainer = { readonly name: string; readonly labels: Readonly<Record<string, string>> };

/** Returns its address, and a way to stop a container. */
export const startDocker = async (t: TestContext, containers: readonly DockerContainer[]) => {
  const dead = new Set<string>();
  const watchers = new Set<ServerResponse>();
  const stateOf = (name: string): string => (dead.has(name) ? 'exited' : 'running');
  const inspect = ({ name, labels }: DockerContainer) => ({
    Id: name,
    Name: `/${name}`,
    State: { Status: stateOf(name) },
    HostConfig: { NetworkMode: 'bridge' },
    Config: { Labels: labels },
    NetworkSettings: { Networks: { bridge: { IPAddress: '127.0.0.1' } } },
  });
  const address = await serve(t, ({ url = '' }, response) => {
    const path = url.replace(/^\/v[\d.]+/, '').replace(/\?.*/, '');
    const id = /^\/containers\/([^/]+)\/json$/.exec(path)?.[1];
    const one = containers.find(({ name }) => name === id);
    if (path === '/containers/json')
      return json(
        response,
        containers.map(({ name }) => ({ Id: name, Names: [`/${name}`], State: stateOf(name) })),
      );
    if (one !== undefined) return json(response, inspect(one));
    if (path === '/events') {
      watchers.add(response);
      return response.flushHeaders();
    }
    response.setHeader('api-version', '1.44');
    json(response, { Version: '27.0.0', ApiVersion: '1.44', MinAPIVersion: '1.24' });
  });
  const die = (name: string): void => {
    dead.add(name);
    for (const watcher of watchers)
      watcher.write(`${JSON.stringify({ Type: 'container', Action: 'die', Actor: { ID: name } })}\n`);
  };
  return { endpoint: `tcp://${address}`, die };
};

export type ApiObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
};

/** Lists everything of a kind; a watch sends it, followed by a bookmark. */
export const startKubernetes = async (t: TestContext, objects: readonly ApiObject[]): Promise<string> => {
  const address = await serve(t, ({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://any');
    const plural = pathname.split('/').pop() ?? '';
    const items = objects
      .filter(({ kind }) => `${kind.toLowerCase()}s` === plural)
      .map((object, i) => ({
        ...object,
        metadata: { ...object.metadata, uid: `${plural}-${i}`, resourceVersion: '1' },
      }));
    const version = pathname.startsWith('/api/') ? 'v1' : pathname.split('/').slice(2, 4).join('/');
    if (searchParams.get('watch') !== 'true')
      return json(response, { kind: 'List', apiVersion: version, metadata: { resourceVersion: '1' }, items });
    response.setHeader('content-type', 'application/json');
    response.flushHeaders();
    if (searchParams.get('sendInitialEvents') !== 'true') return;
    const send = (type: string, object: object) => response.write(`${JSON.stringify({ type, object })}\n`);
    for (const item of items) send('ADDED', item);
    const annotations = { 'k8s.io/initial-events-end': 'true' };
    const kind = objects.find((object) => `${object.kind.toLowerCase()}s` === plural)?.kind ?? kindOf(plural);
    send('BOOKMARK', { kind, apiVersion: version, metadata: { resourceVersion: '1', annotations } });
  });
  return `http://${address}`;
};

const KINDS = [
  'IngressRouteTCP',
  'IngressRouteUDP',
  'MiddlewareTCP',
  'ServersTransport',
  'ServersTransportTCP',
  'TLSOption',
  'TLSStore',
  'Middleware',
  'ConfigMap',
  'Secret',
  'EndpointSlice',
  'Node',
  'IngressClass',
  'Service',
];
const kindOf = (plural: string): string => KINDS.find((kind) => `${kind.toLowerCase()}s` === plural) ?? 'Status';
