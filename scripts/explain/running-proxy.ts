import { buildTable, INERT_DEPS } from '../../router/build-table.ts';
import { answerApi } from '../../router/traefik/observe/api.ts';
import type { TraefikFiles } from '../cli/traefik-files.ts';
import type { ReportedStatus } from './status.ts';

/** A running Traefik or router, from its API. */
export type RunningProxy = {
  readonly url: string;
  readonly status: ReportedStatus;
  /** Differences from the files; empty: none. */
  readonly differences: readonly string[];
};

type Part = Readonly<Record<string, unknown>>;
type RawData = Readonly<Record<'routers' | 'services' | 'middlewares', Readonly<Record<string, Part>>>>;

export class ProxyUnreachable extends Error {
  readonly code = 'PROXY_UNREACHABLE';
}

const PATIENCE_MS = 5000;

export const askProxy = async (given: string, files: TraefikFiles): Promise<RunningProxy> => {
  const url = given.replace(/(?<!\/)\/+$/, '').replace(/\/api(\/rawdata)?$/, '');
  const running = rawDataOf(await fetchText(`${url}/api/rawdata`));
  return { url, status: statusOf(running), differences: differencesOf(running, ownRawData(files)) };
};

const fetchText = async (url: string): Promise<string> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch((error: unknown) => {
    throw new ProxyUnreachable(
      `${url} does not answer (${reasonOf(error)})\n  help: is it running? --against takes the URL where its API is served`,
    );
  });
  const text = await response.text();
  if (response.ok && text.startsWith('{')) return text;
  throw new ProxyUnreachable(
    `${url} answers ${response.status}: there is no API\n  help: Traefik serves it with api.insecure: true on its entry point traefik (:8080), or behind a router of api@internal`,
  );
};

const reasonOf = (error: unknown): string => {
  const { cause, message } = error as Error & { cause?: { code?: string } };
  return cause?.code ?? message;
};

const rawDataOf = (text: string): RawData => {
  const { routers = {}, services = {}, middlewares = {} } = JSON.parse(text) as Partial<RawData>;
  return { routers, services, middlewares };
};

/** What the API would report for the files. */
const ownRawData = ({ staticConfig, config }: TraefikFiles): RawData => {
  const state = {
    static: { ...staticConfig, api: undefined },
    table: buildTable(config, staticConfig, INERT_DEPS),
    serversUp: () => undefined,
    startedAt: 0,
    version: '',
  };
  return rawDataOf(String(answerApi({ method: 'GET', path: '/api/rawdata', query: undefined }, state).body));
};

const statusOf = ({ services }: RawData): ReportedStatus =>
  new Map(
    Object.entries(services).map(([name, { serverStatus = {} }]) => [
      name,
      new Map(Object.entries(serverStatus as Record<string, string>)),
    ]),
  );

const NOUNS = { routers: 'router', services: 'service', middlewares: 'middleware' } as const;

const differencesOf = (running: RawData, files: RawData): string[] =>
  (Object.keys(NOUNS) as (keyof RawData)[]).flatMap((part) => {
    const names = new Set([...Object.keys(files[part]), ...Object.keys(running[part])]);
    return [...names]
      .filter((name) => !name.endsWith('@internal'))
      .sort()
      .flatMap((name) => {
        const differing = difference(running[part][name], files[part][name]);
        return differing === undefined ? [] : [`${NOUNS[part]} ${name} ${differing}`];
      });
  });

const difference = (running: Part | undefined, file: Part | undefined): string | undefined => {
  if (file === undefined) return 'is running, but not in the files';
  if (running === undefined) return 'is in the files, but not running';
  const keys = [...new Set([...Object.keys(running), ...Object.keys(file)])].filter((key) => !VOLATILE.has(key));
  const differing = keys.filter((key) => canonical(running[key]) !== canonical(file[key]));
  return differing.length === 0
    ? undefined
    : `differs: ${differing.map((key) => `${key} ${wordsOf(running, file, key)}`).join('; ')}`;
};

/** Momentary, or worded differently by each version. */
const VOLATILE = new Set(['serverStatus', 'usedBy', 'error', 'observability']);

const wordsOf = (running: Part, file: Part, key: string): string =>
  `is ${canonical(running[key])} in the running proxy, ${canonical(file[key])} in the files`;

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  ) ?? 'not said';
