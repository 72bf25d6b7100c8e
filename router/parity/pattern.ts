/** What is judged: every key that it names must be seen, what it does not name may be anything. */
export type Pattern =
  | string
  | number
  | boolean
  | null
  | undefined
  | RegExp
  | readonly Pattern[]
  | { readonly [key: string]: Pattern };
