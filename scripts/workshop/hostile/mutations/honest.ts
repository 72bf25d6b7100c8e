/** Normal clients on the same proxy at the same time; every answer must belong to the client that gets it. */
import http from 'node:http';

export class HonestClients {
  answered = 0;
  readonly lost: string[] = [];
  readonly crossed: string[] = [];
  /** In milliseconds. */
  readonly waits: number[] = [];
  readonly #port: number;
  readonly #agent = new http.Agent({ keepAlive: true });
  readonly #lives: Promise<void>[];
  #over = false;

  constructor(port: number, clients: number) {
    this.#port = port;
    this.#lives = Array.from({ length: clients }, (_, i) => this.#live(`127.0.1.${i + 1}`));
  }

  async stop(): Promise<void> {
    this.#over = true;
    await Promise.all(this.#lives);
    this.#agent.destroy();
  }

  async #live(address: string): Promise<void> {
    for (let turn = 0; !this.#over; turn++) {
      const from = performance.now();
      const method = turn % 2 === 0 ? 'GET' : 'POST';
      await askOnce({ port: this.#port, address, method, agent: this.#agent }).then(
        (body) => {
          this.answered++;
          this.waits.push(performance.now() - from);
          if (body !== `${address} ${method}\n`) this.crossed.push(body);
        },
        (error: Error) => void this.lost.push(error.message),
      );
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

export type Asking = {
  readonly port: number;
  readonly address: string;
  readonly method: string;
  readonly agent?: http.Agent | false;
};

/** The body of a 200; throws for any other status. */
export const askOnce = ({ port, address, method, agent = false }: Asking): Promise<string> =>
  new Promise((resolve, reject) => {
    const request = http.request({ port, host: '127.0.0.1', localAddress: address, method, path: '/honest', agent });
    request.on('error', reject).on('response', (response) => {
      let body = '';
      response.setEncoding('latin1').on('data', (part: string) => {
        body += part;
      });
      response
        .on('error', reject)
        .on('end', () =>
          response.statusCode === 200 ? resolve(body) : reject(new Error(`${response.statusCode} ${body}`)),
        );
    });
    request.end(method === 'POST' ? '{}' : undefined);
  });
