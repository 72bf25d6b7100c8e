import type { Message, RequestId } from './json-rpc.ts';

/** Where a message of the server goes; `last` if it is the last answer to that POST. */
export type PipeRoute =
  | { readonly kind: 'answer'; readonly stream: string; readonly last: boolean }
  | { readonly kind: 'told'; readonly stream: string }
  | { readonly kind: 'nobody' };

type Post = { readonly stream: string; readonly waiting: Map<RequestId, unknown> };

type Streams = { readonly get: string; isOpen(stream: string): boolean };

/** A stdio server writes all messages to one pipe. This finds the stream of the session that each belongs to. */
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

  /** Stops waiting for its answer. Returns the stream if no other answer is due on it. */
  forget(request: RequestId): string | undefined {
    const post = this.#byRequest.get(request);
    if (!post) return undefined;
    this.#byRequest.delete(request);
    this.#byToken.delete(post.waiting.get(request));
    post.waiting.delete(request);
    return post.waiting.size === 0 ? post.stream : undefined;
  }

  /** All requests that wait for an answer. */
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

  /** The server does not say which request a message belongs to: that is clear only if there is just one. */
  #streamOfOthers(): string {
    const { get, isOpen } = this.#streams;
    const [only, ...more] = new Set(this.#byRequest.values());
    if (only === undefined || more.length > 0) return get;
    return isOpen(only.stream) || !isOpen(get) ? only.stream : get;
  }
}
