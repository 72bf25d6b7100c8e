import { Agent, type IncomingMessage, request } from 'node:http';

export type Asking = {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
};

export type Answer = { readonly status: number; readonly headers: IncomingMessage['headers']; readonly text: string };

/** One client's connections to the cluster: its own, kept alive, and cookies if it keeps any. */
export class Wire {
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #cookies: Map<string, string> | undefined;

  constructor(url: string, cookies: boolean) {
    this.#url = new URL(url);
    this.#cookies = cookies ? new Map() : undefined;
  }

  async ask(asking: Asking): Promise<Answer> {
    const answer = await this.open(asking);
    let text = '';
    for await (const chunk of answer) text += chunk;
    return { status: answer.statusCode ?? 0, headers: answer.headers, text };
  }

  /** The head of an answer; the caller reads the body. */
  open({ method, headers, body, signal }: Asking): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const sent = request(this.#url, {
        method,
        agent: this.#agent,
        signal,
        headers: { ...headers, ...this.#cookie() },
      });
      sent.once('error', reject);
      sent.once('response', (answer: IncomingMessage) => {
        this.#keep(answer.headers['set-cookie']);
        // A reader gets the error of a cut stream; without a reader it must not end the process.
        answer.setEncoding('utf8').on('error', () => undefined);
        resolve(answer);
      });
      sent.end(body);
    });
  }

  /** Simulates a network failure: every connection ends, also those in use; the next request opens a new one. */
  drop(): void {
    this.#agent.destroy();
  }

  #cookie(): { cookie?: string } {
    if (!this.#cookies?.size) return {};
    return { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  }

  #keep(lines: readonly string[] = []): void {
    for (const line of lines) {
      const [, name, value] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
      if (name !== undefined) this.#cookies?.set(name.trim(), value ?? '');
    }
  }
}
