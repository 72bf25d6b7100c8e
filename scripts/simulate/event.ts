/** An event of a run. `at` is in milliseconds since all clients had their sessions; negative before that. */
export type RunEvent = { readonly at: number } & Happening;

export type Happening =
  | { readonly kind: 'opened'; readonly client: number; readonly node: string; readonly from?: string }
  | { readonly kind: 'closed'; readonly client: number; readonly node: string }
  | { readonly kind: 'lost'; readonly client: number; readonly node: string; readonly reason: string }
  | { readonly kind: 'stranded'; readonly client: number }
  | { readonly kind: 'answered'; readonly client: number }
  | { readonly kind: 'failed'; readonly client: number; readonly cause: string }
  /** An initialize or a GET that was refused; `status` is undefined if there was no answer. */
  | { readonly kind: 'refused'; readonly client: number; readonly what: string; readonly cause: string }
  | { readonly kind: 'server-error'; readonly status: number }
  | { readonly kind: 'not-found'; readonly reason: string }
  | { readonly kind: 'misroute'; readonly client: number; readonly owner: string; readonly by: string }
  | { readonly kind: 'recovered'; readonly client: number; readonly ms: number }
  | { readonly kind: 'stream'; readonly client: number; readonly open: boolean }
  | { readonly kind: 'step'; readonly text: string; readonly done: boolean }
  | { readonly kind: 'trouble'; readonly text: string };

export type Report = (happening: Happening) => void;
