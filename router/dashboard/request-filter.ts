import { nearest } from '../../shared/source/nearest.ts';
import { reasonOf, type SeenRequest } from './requests.ts';

export type RequestFilter = (seen: SeenRequest) => boolean;

type Field = (seen: SeenRequest, nodeOf: (url: string) => string) => string;

const FIELDS: Readonly<Record<string, Field>> = {
  method: ({ method }) => method,
  path: ({ target }) => target,
  host: ({ host }) => host,
  status: ({ status, open }) => (open ? 'open' : String(status)),
  reason: reasonOf,
  router: ({ router }) => router ?? '',
  node: ({ url }, nodeOf) => (url === undefined ? 'none' : nodeOf(url)),
  session: ({ session }) => session ?? '',
  client: ({ client }) => client,
  is: (seen) => statesOf(seen),
};

/**
 * Words that must all match: `node:n1`, `status:5`, `reason:cookie`, `is:open`, `is:error`. A bare word is searched for
 * everywhere; a leading `-` negates.
 */
export const requestFilter = (text: string, nodeOf: (url: string) => string): RequestFilter => {
  const wanted = wordsOf(text).map((word) => wordFilter(word, nodeOf));
  return (seen) => wanted.every((matches) => matches(seen));
};

/** Why a filter can never match anything. */
export const filterProblem = (text: string): string | undefined =>
  wordsOf(text)
    .map(wordProblem)
    .find((problem) => problem !== undefined);

const wordProblem = (word: string): string | undefined => {
  // A URL, or a host with its port, is searched for as plain text.
  const [, key, value] = /^-?([a-z-]+):(?!\/\/)(.*)$/.exec(word) ?? [];
  if (key === undefined || value === undefined) return undefined;
  if (Object.hasOwn(FIELDS, key))
    return key === 'is' && !STATES.some((state) => state.includes(value))
      ? `is:${value}: it is open, stream or error`
      : undefined;
  const near = nearest(key, Object.keys(FIELDS));
  if (near === undefined && /^\d/.test(value)) return undefined;
  const known = near === undefined ? `there are ${Object.keys(FIELDS).join(', ')}` : `did you mean ${near}:?`;
  return `there is no ${key}: to filter by; ${known}`;
};

const wordsOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '-');

const wordFilter = (word: string, nodeOf: (url: string) => string): RequestFilter => {
  const bare = word.replace(/^-+/, '');
  const matches = bareFilter(bare, nodeOf);
  return (word.length - bare.length) % 2 === 0 ? matches : (seen) => !matches(seen);
};

const bareFilter = (word: string, nodeOf: (url: string) => string): RequestFilter => {
  const colon = word.indexOf(':');
  const key = word.slice(0, Math.max(colon, 0));
  const field = Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined;
  if (field !== undefined) {
    const value = word.slice(colon + 1);
    // Numbers and names match from the start: 5 finds all 5xx, and n1 does not find n10.
    return (seen) => meets(key, field(seen, nodeOf).toLowerCase(), value);
  }
  return (seen) => Object.values(FIELDS).some((one) => one(seen, nodeOf).toLowerCase().includes(word));
};

const meets = (key: string, has: string, value: string): boolean =>
  key === 'node' ? has === value : key === 'status' || key === 'session' ? has.startsWith(value) : has.includes(value);

const STATES = ['open', 'stream', 'error'];

const statesOf = ({ open, stream, status }: SeenRequest): string =>
  [open && 'open', stream && 'stream', status >= 400 && 'error'].filter(Boolean).join(' ');
