import { nearest } from '../../shared/source/nearest.ts';
import type { DynamicConfig } from '../core/model.ts';
import { byteString } from '../core/request/byte-string.ts';
import type { StaticConfig } from '../core/static-model.ts';
import { defaultEntryPoints } from '../core/table/entry-point-defaults.ts';
import type { Question } from './question.ts';

/** A request as described by a person: on the command line, the page, in a curl command or an access log line. */
export type Asked = {
  readonly method: string | undefined;
  /** A URL, or a path. */
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly entryPoint?: string;
  readonly from?: string;
  /** Parts of a log line or command that cannot be used. */
  readonly notes?: readonly string[];
};

export type Unclear = { readonly problem: string };

type Files = { readonly config: DynamicConfig; readonly staticConfig: StaticConfig };

/** Builds the request that the router would receive; missing parts default to this machine. */
export const questionOf = (asked: Asked, files: Files): Question | Unclear => {
  const parts = partsOf(asked.url);
  if ('problem' in parts) return parts;
  const { scheme, host, target } = parts;
  const { entryPoint = entryPointOf(files, parts) } = asked;
  if (!files.staticConfig.entryPoints.has(entryPoint)) return noEntryPoint(entryPoint, files);
  const given = asked.headers.find(([name]) => name.toLowerCase() === 'host')?.[1];
  return {
    entryPoint,
    tls: scheme === undefined ? servesTls(files, entryPoint) : scheme === 'https' && servesTls(files, entryPoint),
    method: asked.method ?? 'GET',
    target: byteString(target),
    host: byteString(given ?? host ?? 'localhost'),
    headers: asked.headers.map(([name, value]) => [name, byteString(value)] as const),
    from: asked.from ?? '127.0.0.1',
  };
};

/** `Name: value`; undefined: not a header. */
export const readHeader = (line: string): readonly [string, string] | undefined => {
  const [, name, value] = /^([!#$%&'*+\-.^`|~\w]+):(.*)$/s.exec(line) ?? [];
  return name === undefined || value === undefined ? undefined : [name, value.trim()];
};

type UrlParts = { readonly scheme: string | undefined; readonly host: string | undefined; readonly target: string };

/** Not by the URL parser: it would clean the path, and the router's cleaning is part of the explanation. */
const partsOf = (url: string): UrlParts | Unclear => {
  const [, scheme, host, rest = ''] = /^(https?):\/\/(?:[^/?#@]*@)?([^/?#]*)([^#]*)/i.exec(url) ?? [];
  if (scheme !== undefined && host !== undefined && host !== '')
    return { scheme: scheme.toLowerCase(), host, target: rest.startsWith('/') ? rest : `/${rest}` };
  if (url.startsWith('/') || url === '*') return { scheme: undefined, host: undefined, target: url };
  const bare = /^([\w.-]+(?::\d+)?)(\/[^#]*)?$/.exec(url);
  if (bare === null) return { problem: `${JSON.stringify(url)} is neither a URL nor a path such as /mcp` };
  return { scheme: 'http', host: bare[1], target: bare[2] ?? '/' };
};

const noEntryPoint = (name: string, { staticConfig }: Files): Unclear => {
  const known = [...staticConfig.entryPoints.keys()];
  const near = nearest(name, known);
  return {
    problem: `there is no entry point ${JSON.stringify(name)}; ${near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`}`,
  };
};

const entryPointOf = (files: Files, { scheme, host }: UrlParts): string => {
  const { entryPoints } = files.staticConfig;
  const port = host === undefined ? undefined : Number(/:(\d+)$/.exec(host)?.[1] ?? (scheme === 'https' ? 443 : 80));
  const byPort = [...entryPoints.values()].find((one) => one.port === port)?.name;
  const defaults = defaultEntryPoints(files.staticConfig);
  const byScheme =
    scheme === undefined ? undefined : defaults.find((name) => servesTls(files, name) === (scheme === 'https'));
  return byPort ?? byScheme ?? defaults[0] ?? [...entryPoints.keys()][0]!;
};

const servesTls = ({ staticConfig, config }: Files, name: string): boolean =>
  staticConfig.entryPoints.get(name)?.tls === true ||
  [...config.routers.values()].some((router) => router.tls && router.entryPoints.includes(name));
