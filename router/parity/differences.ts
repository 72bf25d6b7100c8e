/** Where the router differs from Traefik on purpose; README.md shows this table. */
export type Difference = {
  readonly what: string;
  readonly traefik: string;
  readonly mooring: string;
  readonly why: string;
};

export const DIFFERENCES = {
  'tie-order': {
    what: 'two routers of equal priority that both match',
    traefik: 'one of them, by chance, settled anew at every load',
    mooring: 'the first by name',
    why: 'a route must not change with a reload that does not concern it',
  },
  'half-close': {
    what: 'a client that ends its sending side after the request and waits',
    traefik: '499, because it takes the end for a farewell',
    mooring: 'the answer',
    why: 'HTTP allows it, and nothing is gained by refusing',
  },
} as const satisfies Readonly<Record<string, Difference>>;

export type DifferenceId = keyof typeof DIFFERENCES;
