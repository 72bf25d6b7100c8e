import type { Reply } from '../../core/middleware.ts';
import { HeaderList } from '../../core/request/header-list.ts';
import { preciseTime } from './access-log/time.ts';
import { type Member, middlewaresOf, routersOf, servicesOf } from './api/collections.ts';
import { encode } from './api/encode.ts';
import { type Listed, listPage } from './api/list.ts';
import { overview } from './api/overview.ts';
import { representEntryPoint } from './api/represent-entry-point.ts';
import type { RunningState } from './state.ts';

/** `path` is still percent-encoded. */
export type ApiRequest = { readonly method: string; readonly path: string; readonly query: string | undefined };

type Collection = {
  readonly noun: string;
  readonly membersOf: (state: RunningState) => readonly Listed[];
  /** Whether it supports a query for a page. */
  readonly searchable: boolean;
};

const nothing = (noun: string): Collection => ({ noun, membersOf: () => [], searchable: false });

const COLLECTIONS: ReadonlyMap<string, Collection> = new Map([
  ['entrypoints', { noun: 'entry point', membersOf: (state) => entryPointsOf(state), searchable: false }],
  ['http/routers', { noun: 'router', membersOf: routersOf, searchable: true }],
  ['http/services', { noun: 'service', membersOf: servicesOf, searchable: true }],
  ['http/middlewares', { noun: 'middleware', membersOf: middlewaresOf, searchable: true }],
  // Always empty here, but Traefik's dashboard requests them.
  ['tcp/routers', nothing('router')],
  ['tcp/services', nothing('service')],
  ['tcp/middlewares', nothing('middleware')],
  ['udp/routers', nothing('router')],
  ['udp/services', nothing('service')],
]);

const DOCUMENTS: ReadonlyMap<string, (state: RunningState) => Reply> = new Map([
  ['version', (state) => json(version(state), { contentType: 'application/json; charset=UTF-8', end: '' })],
  ['overview', (state) => json(overview(state))],
  ['rawdata', (state) => json(rawData(state))],
]);

/** Traefik's API. Unsupported parts, such as `support-dump` and `certificates`, are 404. */
export const answerApi = (request: ApiRequest, state: RunningState): Reply => {
  const found = findPage(request, state);
  if (found === undefined) return problem(404, '404 page not found');
  return request.method === 'GET' ? found(state) : { status: 405, headers: new HeaderList(), body: '' };
};

type Page = (state: RunningState) => Reply;

const findPage = ({ path, query }: ApiRequest, state: RunningState): Page | undefined => {
  const root = `${state.static.api?.basePath.replace(/\/$/, '') ?? ''}/api/`;
  if (!path.startsWith(root)) return undefined;
  const rest = path.slice(root.length);
  const collection = COLLECTIONS.get(rest);
  if (collection !== undefined) return () => list(collection, state, new URLSearchParams(query));
  return DOCUMENTS.get(rest) ?? findMember(rest);
};

const findMember = (rest: string): Page | undefined => {
  const slash = rest.lastIndexOf('/');
  const collection = COLLECTIONS.get(rest.slice(0, slash));
  const id = rest.slice(slash + 1);
  return collection === undefined || id === '' ? undefined : (state) => one(collection, id, state);
};

const one = ({ noun, membersOf }: Collection, encodedName: string, state: RunningState): Reply => {
  const name = decode(encodedName);
  const found = membersOf(state).find((member) => member.name === name);
  return found ? json(found.json) : problem(404, encode({ message: `${noun} not found: ${name}` }));
};

/** A name that is not UTF-8 does not exist here. */
const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const list = ({ membersOf, searchable }: Collection, state: RunningState, query: URLSearchParams): Reply => {
  if (!searchable) for (const key of [...query.keys()]) if (!PAGING.has(key)) query.delete(key);
  const page = listPage(membersOf(state), query);
  if ('error' in page) return problem(400, encode({ message: page.error }));
  const reply = json(page.items);
  reply.headers.add('x-next-page', String(page.next));
  return reply;
};

const PAGING = new Set(['page', 'per_page']);

const entryPointsOf = (state: RunningState): Listed[] =>
  [...state.static.entryPoints.values()].map((entryPoint) => ({
    name: entryPoint.name,
    status: '',
    order: {},
    json: representEntryPoint(entryPoint),
  }));

const version = ({ version, startedAt }: RunningState): object => ({
  Version: version,
  Codename: 'mooring',
  startDate: preciseTime(startedAt, 'local'),
});

const rawData = (state: RunningState): object => ({
  routers: byName(routersOf(state)),
  middlewares: byName(middlewaresOf(state)),
  services: byName(servicesOf(state)),
});

/** An empty section is omitted. */
const byName = (members: readonly Member[]): object | undefined =>
  members.length === 0
    ? undefined
    : Object.fromEntries(
        [...members].sort((a, b) => (a.name < b.name ? -1 : 1)).map((member) => [member.name, member.raw]),
      );

const json = (value: object, { contentType = 'application/json', end = '\n' } = {}): Reply => ({
  status: 200,
  headers: new HeaderList(['content-type', contentType]),
  body: encode(value) + end,
});

const problem = (status: number, text: string): Reply => ({
  status,
  headers: new HeaderList(['content-type', 'text/plain; charset=utf-8', 'x-content-type-options', 'nosniff']),
  body: `${text}\n`,
});
