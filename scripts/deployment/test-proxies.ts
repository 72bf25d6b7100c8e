import { completeConfig } from '../../router/core/table/compile.ts';
import { explainIn } from '../../router/explain/explain.ts';
import { worldOf } from '../../router/explain/world.ts';
import { readStatic } from '../../router/traefik/config/static/read-static.ts';
import { sideOf } from '../plan/read-side.ts';
import type { NodeState } from './deployment.ts';

/** Where a proxy sends a request with its version of the file: generated, read and decided by our own code. */
export type Proxy = {
  /** A new session may begin on n1. */
  readonly begins: boolean;
  /** A request of a session of n1 reaches n1. */
  readonly reaches: boolean;
};

const STATIC = 'entryPoints: {web: {address: ":1"}}\nproviders: {file: {filename: dynamic.yml}}\n';

export const proxyWith = (state: NodeState): Proxy => {
  const serversFor = serversWith({ id: 'n1', url: 'http://n1', state });
  return {
    begins: serversFor([]).includes('http://n1'),
    reaches: serversFor([['Mcp-Session-Id', 'n1.x']]).every((url) => url === 'http://n1'),
  };
};

type Headers = readonly (readonly [string, string])[];

/** The servers to which a proxy may send a request, when there is another node. */
export const serversWith = (node: object): ((headers: Headers) => readonly string[]) => {
  const nodes = [node, { id: 'n2', url: 'http://n2' }];
  const { config } = sideOf('t.json', JSON.stringify({ nodes, entryPoints: { web: { address: ':1' } } }));
  const { config: staticConfig } = readStatic({ file: 'traefik.yml', text: STATIC });
  if (staticConfig === undefined) throw new Error('the static file is refused');
  return (headers) => {
    const question = {
      entryPoint: 'web',
      tls: false,
      method: 'POST',
      target: '/mcp',
      host: 'x',
      headers,
      from: '127.0.0.1',
    };
    const world = worldOf({
      question,
      config: completeConfig(config, staticConfig),
      staticConfig,
      status: { isUp: () => true },
    });
    const { server, candidates } = explainIn(world);
    return server === undefined ? [] : [server.url, ...candidates.map(({ url }) => url)];
  };
};
