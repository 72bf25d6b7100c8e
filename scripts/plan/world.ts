/** A side that can be asked where a request would go: by the router's own decision, every server up. */
import type { DynamicConfig } from '../../router/core/model.ts';
import type { StaticConfig } from '../../router/core/static-model.ts';
import { completeConfig } from '../../router/core/table/compile.ts';
import { explain } from '../../router/explain/explain.ts';
import { readStatic } from '../../router/traefik/config/static/read-static.ts';
import type { Endpoint } from './endpoints.ts';
import type { Side } from './read-side.ts';

export type Knock = {
  readonly endpoint: Endpoint;
  readonly session?: string;
  readonly cookie?: string;
};

/** Where it may go: one server, several, or none and the status of the refusal. */
export type Way = { readonly urls: readonly string[]; readonly status: number | undefined };

export type World = { readonly side: Side; readonly config: DynamicConfig; ask(knock: Knock): Way };

export const worldsOf = (...sides: readonly Side[]): readonly World[] => {
  const staticConfig = staticFor(entryPointsOf(...sides));
  return sides.map((side) => {
    const config = completeConfig(side.config, staticConfig);
    return { side, config, ask: (knock) => wayOf(knock, config, staticConfig) };
  });
};

export const entryPointsOf = (...sides: readonly Side[]): readonly string[] => {
  const named = sides.flatMap(({ config }) => [...config.routers.values()].flatMap(({ entryPoints }) => entryPoints));
  return named.length > 0 ? [...new Set(named)] : ['web'];
};

/** The static file is not part of the comparison: its entry points are those that the routers name. */
const staticFor = (entryPoints: readonly string[]): StaticConfig => {
  const listed = entryPoints.map((name, i) => `  ${JSON.stringify(name)}: { address: ":${i + 1}" }`).join('\n');
  const text = `entryPoints:\n${listed}\nproviders: { file: { filename: dynamic.yml } }\n`;
  const { config, problems } = readStatic({ file: 'traefik.yml', text });
  if (config === undefined) throw new Error(JSON.stringify(problems));
  return config;
};

const wayOf = ({ endpoint, session, cookie }: Knock, config: DynamicConfig, staticConfig: StaticConfig): Way => {
  const { entryPoint, tls, host = 'localhost', path } = endpoint;
  const headers: [string, string][] = [
    ...(session === undefined ? [] : [['Mcp-Session-Id', session] as [string, string]]),
    ...(cookie === undefined ? [] : [['Cookie', cookie] as [string, string]]),
  ];
  const question = { entryPoint, tls, method: 'POST', target: path, host, headers, from: '127.0.0.1' };
  const { server, candidates, status } = explain({ question, config, staticConfig, status: { isUp: () => true } });
  if (server === undefined) return { urls: [], status: status ?? 200 };
  return { urls: [...new Set([server.url, ...candidates.map(({ url }) => url)])], status: undefined };
};
