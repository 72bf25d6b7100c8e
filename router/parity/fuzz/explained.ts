/**
 * Differences that the comparison ignores, each with a reason; those that users may notice name their row of the table.
 */
import type { DifferenceId } from '../differences.ts';
import type { FuzzRequest } from './request.ts';

export type Outcome = {
  readonly status: number | undefined;
  readonly headers: Record<string, readonly string[]>;
  readonly body: string;
  readonly complete: boolean;
  readonly seen: (Record<string, unknown> & { readonly headers: Record<string, readonly string[]> }) | undefined;
};

export type Explained = {
  readonly id?: DifferenceId;
  readonly why: string;
  /** Removes from an outcome what is not compared. */
  readonly ignore?: (outcome: Outcome, request: FuzzRequest) => void;
  /** Whether the two may differ altogether. */
  readonly allow?: (request: FuzzRequest, traefik: Outcome, router: Outcome) => boolean;
};

export const EXPLAINED: readonly Explained[] = [
  {
    why: 'a body without a byte may be told by a length, by chunks or not at all',
    ignore: ({ seen }) => {
      if (seen?.bodyLength !== 0) return;
      delete seen.headers['content-length'];
      delete seen.headers['transfer-encoding'];
    },
  },
  {
    id: 'redirect-address',
    why: 'Traefik cannot build the URL',
    allow: ({ headers }, traefik) =>
      traefik.status === 502 && headers.some(([name, value]) => name === 'Host' && value.startsWith('[')),
  },
  {
    id: 'redirect-semicolon',
    why: 'Traefik redirects to the target as it was written, not as it was read',
    ignore: ({ headers }) => {
      const [location] = headers.location ?? [];
      if (location !== undefined) headers.location = [location.replaceAll(';', '&')];
    },
  },
  {
    why: 'behind an addPrefix with letters beyond ASCII, Traefik names the replaced path half decoded',
    ignore: ({ seen }) => {
      const [path] = seen?.headers['x-replaced-path'] ?? [];
      if (seen && path !== undefined) seen.headers['x-replaced-path'] = [decoded(path)];
    },
  },
  { why: 'the time of the answer is that of each program', ignore: ({ headers }) => void delete headers.date },
  {
    id: 'upstream-connection',
    why: 'the client library writes it for every request',
    ignore: ({ seen }) => void delete seen?.headers.connection,
  },
  {
    id: 'http-1.0',
    why: 'Node says close to every client of HTTP/1.0',
    ignore: ({ headers }, { version }) => {
      if (version !== '1.0') return;
      delete headers.connection;
      delete headers['keep-alive'];
    },
  },
  {
    id: 'accept-encoding',
    why: 'Go adds it where the client has none, or an empty one',
    ignore: ({ seen }, { headers }) => {
      const [, first = ''] = headers.find(([name]) => name.toLowerCase() === 'accept-encoding') ?? [];
      if (first === '') delete seen?.headers['accept-encoding'];
    },
  },
];

const decoded = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
