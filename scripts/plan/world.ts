/** A side that can be asked where a request would go: the router's own decision, with every server up. */
import type { DynamicConfig } from '../../router/core/model.ts';
import type { StaticConfig } from '../../router/core/static-model.ts';
import { completeConfig } from '../../router/core/table/compile.ts';
import { type CookieTarget, cookieTargets } from '../../router/explain/decode-cookie.ts';
import { whereTo } from '../../router/explain/explain.ts';
import { type NodeRoute, nodeNamesOf } from '../../router/explain/node-routes.ts';
import type { Question } from '../../router/explain/question.ts';
import { worldOf } from '../../router/explain/world.ts';
import { readStatic } from '../../router/traefik/config/static/read-static.ts';
import { allCookieNames, type Endpoint, endpointsOf, serversFor } from './endpoints.ts';
import type { Side } from './read-side.ts';

export type ClientRequest = {
  readonly endpoint: Endpoint;
  readonly session?: string;
  readonly handle?: string;
  readonly cookie?: string;
};

/** Where it may go: one server, several, or none with the status of the refusal. */
export type Reachable = { readonly urls: readonly string[]; readonly status: number | undefined };

export type World = {
  readonly side: Side;
  readonly config: DynamicConfig;
  readonly endpoints: readonly Endpoint[];
  readonly servers: readonly string[];
  readonly nodes: readonly NodeRoute[];
  /** Of nodes, by URL. */
  readonly names: ReadonlyMap<string, string>;
  readonly cookieNames: readonly string[];
  readonly cookieTargets: readonly CookieTarget[];
  ask(request: ClientRequest): Reachable;
};

export const worldsOf = (...sides: readonly Side[]): readonly World[] => {
  const staticConfig = staticFor(entryPointsOf(...sides));
  return sides.map((side) => {
    const config = completeConfig(side.config, staticConfig);
    const asked = worldOf({ question: questionOf({ endpoint: NOWHERE }), config, staticConfig, status: ALL_UP });
    const names = namesOf(side);
    return {
      side,
      config,
      endpoints: endpointsOf(config, entryPointsOf(side)),
      servers: serversFor(config),
      nodes: asked.nodes,
      names,
      cookieNames: allCookieNames(config),
      cookieTargets: cookieTargets(config, (url) => names.get(url)),
      ask: (request) => reachableBy(whereTo({ ...asked, question: questionOf(request) })),
    };
  });
};

const namesOf = ({ config, topology }: Side): ReadonlyMap<string, string> =>
  new Map([...nodeNamesOf(config), ...(topology?.nodes.map(({ id, url }) => [url, id] as const) ?? [])]);

const entryPointsOf = (...sides: readonly Side[]): readonly string[] => {
  const named = sides.flatMap(({ config }) => [...config.routers.values()].flatMap(({ entryPoints }) => entryPoints));
  return named.length > 0 ? [...new Set(named)] : ['web'];
};

/** The static file is not compared: the entry points are those that the routers name. */
const staticFor = (entryPoints: readonly string[]): StaticConfig => {
  const listed = entryPoints.map((name, i) => `  ${JSON.stringify(name)}: { address: ":${i + 1}" }`).join('\n');
  const text = `entryPoints:\n${listed}\nproviders: { file: { filename: dynamic.yml } }\n`;
  const { config, problems } = readStatic({ file: 'traefik.yml', text });
  if (config === undefined) throw new Error(JSON.stringify(problems));
  return config;
};

const ALL_UP = { isUp: () => true };
const NOWHERE: Endpoint = { entryPoint: '', tls: false, host: undefined, path: '/' };

const questionOf = ({ endpoint, session, handle, cookie }: ClientRequest): Question => {
  const { entryPoint, tls, host = 'localhost', path } = endpoint;
  const headers: [string, string][] = [
    ...(session === undefined ? [] : [['Mcp-Session-Id', session] as [string, string]]),
    ...(handle === undefined ? [] : [['Mcp-Param-Handle', handle] as [string, string]]),
    ...(cookie === undefined ? [] : [['Cookie', cookie] as [string, string]]),
  ];
  return { entryPoint, tls, method: 'POST', target: path, host, headers, from: '127.0.0.1' };
};

const reachableBy = ({ candidates, status }: ReturnType<typeof whereTo>): Reachable => ({
  urls: candidates.map(({ url }) => url),
  status: candidates.length > 0 ? undefined : (status ?? 200),
});
