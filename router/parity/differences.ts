/** Where the router differs from Traefik on purpose; README.md shows this table. */
export type Difference = {
  readonly what: string;
  readonly traefik: string;
  readonly mooring: string;
  readonly why: string;
};

export const DIFFERENCES = {
  placeholder: { what: '', traefik: '', mooring: '', why: '' },
} as const satisfies Readonly<Record<string, Difference>>;

export type DifferenceId = keyof typeof DIFFERENCES;
