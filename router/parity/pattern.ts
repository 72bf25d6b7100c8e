/** An expected result: every key that it has must match, other keys may be anything. */
export type Pattern =
  | string
  | number
  | boolean
  | null
  | undefined
  | RegExp
  | readonly Pattern[]
  | { readonly [key: string]: Pattern };
