/** The query parameters of Traefik's lists: search, filters, order and pages. */
export type Listed = {
  readonly name: string;
  readonly status: string;
  /** Searched in addition to the name. */
  readonly rule?: string;
  readonly service?: string;
  readonly middlewares?: readonly string[];
  /** Valid values of `sortBy`. */
  readonly order: Readonly<Record<string, string | number | bigint>>;
  readonly json: object;
};

export type Page = { readonly items: readonly object[]; readonly next: number } | { readonly error: string };

const PER_PAGE = 100;

export const listPage = (items: readonly Listed[], query: URLSearchParams): Page => {
  const wanted = items.filter((item) => isWanted(item, query)).sort(comparison(query));
  const page = numberOf(query, 'page', 1);
  const perPage = numberOf(query, 'per_page', PER_PAGE);
  if (typeof perPage === 'string') return { error: perPage };
  if (typeof page === 'string') return { error: page };
  const start = (page - 1) * perPage;
  if (start !== 0 && start >= wanted.length) return { error: `invalid request: page: ${page}, per_page: ${perPage}` };
  const end = start + perPage;
  return { items: wanted.slice(start, end).map(({ json }) => json), next: end < wanted.length ? page + 1 : 1 };
};

const isWanted = (item: Listed, query: URLSearchParams): boolean =>
  hasStatus(item, query.get('status')) &&
  hasText(item, query.get('search')) &&
  (item.service === undefined || hasService(item.service, query.get('serviceName'))) &&
  (item.middlewares === undefined || hasMiddleware(item.middlewares, query.get('middlewareName')));

const hasStatus = ({ status }: Listed, wanted: string | null): boolean =>
  !wanted || status.toLowerCase() === wanted.toLowerCase();

const hasText = ({ name, rule = '' }: Listed, wanted: string | null): boolean =>
  !wanted || [name, rule].some((text) => text.toLowerCase().includes(wanted.toLowerCase()));

/** A service name without provider matches that name of any provider. */
const hasService = (service: string, wanted: string | null): boolean =>
  !wanted || (service.includes('@') ? service === wanted : service === wanted.split('@')[0]);

const hasMiddleware = (middlewares: readonly string[], wanted: string | null): boolean =>
  !wanted || middlewares.includes(wanted);

const comparison = (query: URLSearchParams): ((a: Listed, b: Listed) => number) => {
  const sortBy = query.get('sortBy') ?? '';
  const sign = ['', 'asc'].includes(query.get('direction') ?? '') ? 1 : -1;
  return (a, b) => sign * (compare(a.order[sortBy], b.order[sortBy]) || compare(a.name, b.name));
};

const compare = <T extends string | number | bigint>(a: T | undefined, b: T | undefined): number => {
  if (a === undefined || b === undefined || a === b) return 0;
  return a < b ? -1 : 1;
};

/** A number above zero, or Traefik's error. */
const numberOf = (query: URLSearchParams, key: string, unset: number): number | string => {
  const text = query.get(key);
  if (!text) return unset;
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : 0;
  return value > 0 ? value : `invalid request: ${key}: ${value}`;
};
