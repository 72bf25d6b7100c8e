/** A side that can be asked where a request would go: the router's own decision, with every server up. */
import type { DynamicConfig } from '../../router/core/model.ts';
import type { StaticConfig } from '../../router/core/static-model.ts';
import { completeConfig } from '../../router/core/table/compile.ts';
import { explainIn } from '../../router/explain/explain.ts';
import type { Explanation } from '../../router/explain/explanation.ts';
import type { Question } from '../../router/explain/question.ts';
import { worldOf } from '../../router/explain/world.ts';
import { readStatic } from '../../router/traefik/config/static/read-static.ts';
import type { Endpoint } from './endpoints.ts';
import type { Side } from './read-side.ts';

export type ClientRequest = {
  readonly endpoint: Endpoint;
  readonly session?: string;
  readonly handle?: string;
  readonly cookie?: string;
};

/** Where it may go: one server, several, or none with the status of the refusal. */
export type Reachable = { readonly urls: readonly string[]; readonly status: number | undefined };

export type World = { readonly side: Side; readonly config: DynamicConfig; ask(request: ClientRequest): Reachable };

export const worldsOf = (...sides: readonly Side[]): readonly World[] => {
  const staticConfig = staticFor(entryPointsOf(...sides));
  return sides.map((side) => {
    const config = completeConfig(side.config, staticConfig);
    const asked = worldOf({ question: questionOf({ endpoint: NOWHERE }), config, staticConfig, status: ALL_UP });
    return { side, config, ask: (request) => reachableBy(explainIn({ ...asked, question: questionOf(request) })) };
  });
};

export const entryPointsOf = (...sides: readonly Side[]): readonly string[] => {
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

const reachableBy = ({ server, candidates, status }: Explanation): Reachable => {
  if (server === undefined) return { urls: [], status: status ?? 200 };
  return { urls: [...new Set([server.url, ...candidates.map(({ url }) => url)])], status: undefined };
};
