import type { Message, RequestId } from './json-rpc.ts';

/** Where a message of the server goes: `last` when with it all requests of that POST are answered. */
export type PipeRoute =
  | { readonly kind: 'answer'; readonly stream: string; readonly last: boolean }
  | { readonly kind: 'told'; readonly stream: string }
  | { readonly kind: 'nobody' };

type Post = { readonly stream: string; readonly waiting: Map<RequestId, unknown> };

type Streams = { readonly get: string; isOpen(stream: string): boolean };

/** A server behind one pipe writes all its messages there: which of the session's streams each belongs to. */
export class PipeRoutes {
  readonly #streams: Streams;
  readonly #byRequest = new Map<RequestId, Post>();
  readonly #byToken = new Map<unknown, Post>();

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  begin(stream: string, requests: readonly (Message & { readonly id: RequestId })[]): void {
    const post: Post = { stream, waiting: new Map() };
    for (const { id, params } of requests) {
      const token = (params as { readonly _meta?: { readonly progressToken?: unknown } } | undefined)?._meta
        ?.progressToken;
      post.waiting.set(id, token);
      this.#byRequest.set(id, post);
      if (token !== undefined) this.#byToken.set(token, post);
    }
  }

  /** Its answer is not waited for any longer. The stream that it was the last of. */
  forget(request: RequestId): string | undefined {
    const post = this.#byRequest.get(request);
    if (!post) return undefined;
    this.#byRequest.delete(request);
    this.#byToken.delete(post.waiting.get(request));
    post.waiting.delete(request);
    return post.waiting.size === 0 ? post.stream : undefined;
  }

  /** Every request that waits for its answer. */
  waiting(): readonly RequestId[] {
    return [...this.#byRequest.keys()];
  }

  routeOf({ id, method, params }: Message): PipeRoute {
    if (method === undefined) return this.#answered(id as RequestId);
    const { progressToken } = (params ?? {}) as { readonly progressToken?: unknown };
    const post = method === 'notifications/progress' ? this.#byToken.get(progressToken) : undefined;
    return { kind: 'told', stream: post?.stream ?? this.#streamOfOthers() };
  }

  #answered(request: RequestId): PipeRoute {
    const stream = this.#byRequest.get(request)?.stream;
    if (stream === undefined) return { kind: 'nobody' };
    return { kind: 'answer', stream, last: this.forget(request) !== undefined };
  }

  /** The server does not say which request it talks about: clear only while there is one. */
  #streamOfOthers(): string {
    const { get, isOpen } = this.#streams;
    const [only, ...more] = new Set(this.#byRequest.values());
    if (only === undefined || more.length > 0) return get;
    return isOpen(only.stream) || !isOpen(get) ? only.stream : get;
  }
}
