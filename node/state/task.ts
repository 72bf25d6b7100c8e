/**
 * A question to the client's user or model, as defined by MCP: `elicitation/create`, `sampling/createMessage`,
 * `roots/list`.
 */
export type InputRequest = {
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
};
export type InputRequests = Readonly<Record<string, InputRequest>>;
export type InputResponses = Readonly<Record<string, unknown>>;

type Result = Readonly<Record<string, unknown>>;
type TaskError = { readonly code: number; readonly message: string };

export type TaskState =
  | { readonly status: 'working' | 'cancelled' }
  | { readonly status: 'input_required'; readonly inputRequests: InputRequests }
  | { readonly status: 'completed'; readonly result: Result }
  /** As in the protocol: a tool that reports an error counts as completed. */
  | { readonly status: 'failed'; readonly error: TaskError };

type TaskFacts = {
  readonly taskId: string;
  readonly createdAt: string;
  readonly lastUpdatedAt: string;
  readonly ttlMs: number;
  readonly pollIntervalMs: number;
  readonly statusMessage?: string;
};

/** As in the answer of `tasks/get` and in `notifications/tasks`. */
export type DetailedTask = TaskFacts & TaskState;

export type TaskTimes = {
  readonly ttlMs: number;
  readonly pollMs: number;
  /** Milliseconds since the epoch. */
  readonly date: () => number;
};

/** One task, from start to end. Nothing changes it after its end. */
export class Task {
  readonly #times: TaskTimes;
  readonly #created: number;
  #state: TaskState = { status: 'working' };
  #message: string | undefined;
  #updated: number;
  #answers: Record<string, unknown> = {};
  #answered: ((answers: InputResponses) => void) | undefined;
  onChange: () => void = () => undefined;

  constructor(times: TaskTimes) {
    this.#times = times;
    this.#created = times.date();
    this.#updated = this.#created;
  }

  get isOver(): boolean {
    const { status } = this.#state;
    return status === 'completed' || status === 'failed' || status === 'cancelled';
  }

  say(message: string): void {
    this.#message = message;
    this.#become(this.#state);
  }

  complete(result: Result): void {
    this.#become({ status: 'completed', result });
  }

  fail(error: TaskError): void {
    this.#become({ status: 'failed', error });
  }

  cancel(): void {
    this.#become({ status: 'cancelled' });
  }

  /** Resolves once every question is answered, however many updates that takes. */
  ask(inputRequests: InputRequests): Promise<InputResponses> {
    this.#answers = {};
    this.#become({ status: 'input_required', inputRequests });
    return new Promise((resolve) => {
      this.#answered = resolve;
    });
  }

  /** Answers to questions that are not open are ignored. */
  answer(responses: InputResponses): void {
    if (this.#state.status !== 'input_required') return;
    const open = Object.entries(this.#state.inputRequests);
    const left = open.filter(([key]) => !Object.hasOwn(responses, key));
    if (left.length === open.length) return;
    for (const [key] of open) if (Object.hasOwn(responses, key)) this.#answers[key] = responses[key];
    if (left.length > 0) return this.#become({ status: 'input_required', inputRequests: Object.fromEntries(left) });
    this.#become({ status: 'working' });
    this.#answered?.(this.#answers);
  }

  detailed(taskId: string): DetailedTask {
    return { ...this.#facts(taskId), ...this.#state };
  }

  /** As in the answer to the call that started it. */
  created(taskId: string): TaskFacts & Pick<TaskState, 'status'> {
    return { ...this.#facts(taskId), status: this.#state.status };
  }

  #facts(taskId: string): TaskFacts {
    const { ttlMs, pollMs } = this.#times;
    return {
      taskId,
      createdAt: new Date(this.#created).toISOString(),
      lastUpdatedAt: new Date(this.#updated).toISOString(),
      ttlMs,
      pollIntervalMs: pollMs,
      ...(this.#message !== undefined && { statusMessage: this.#message }),
    };
  }

  #become(state: TaskState): void {
    if (this.isOver) return;
    this.#state = state;
    this.#updated = this.#times.date();
    this.onChange();
  }
}
