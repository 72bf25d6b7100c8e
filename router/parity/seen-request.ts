/** A request as it arrived at an origin. */
export type Seen = {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly version: string;
  /** As received, with order, letter case and repetitions. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly bodyLength: number;
  readonly trailers: readonly (readonly [string, string])[];
};

/** Names and values, one pair per line of the head. */
export const pairs = (flat: readonly string[]): (readonly [string, string])[] => {
  const list: (readonly [string, string])[] = [];
  for (let i = 0; i < flat.length; i += 2) list.push([flat[i]!, flat[i + 1]!]);
  return list;
};
