/** A Redis that answers correctly, unless `lie` gives other bytes for a command. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type Context, createDatabases, runCommand } from '../../../../shared/registry/embedded/commands.ts';
import { encodeReply } from '../../../../shared/registry/embedded/reply.ts';
import { RequestParser } from '../../../../shared/registry/embedded/request-parser.ts';
import { steadyNow } from '../../../../shared/steady-clock.ts';

/** Bytes instead of the answer; undefined: the correct one. `cut` closes the connection, `nothing` sends no answer. */
export type RedisLie = (command: readonly string[]) => string | 'cut' | 'nothing' | undefined;

const HONEST: RedisLie = () => undefined;
/** Commands of each heartbeat. */
const READ = /^mcp:drain:/;
const BEAT_MS = 120_000;

export class LyingRedis {
  readonly #databases = createDatabases(steadyNow);
  readonly #sockets = new Set<Socket>();
  readonly #listeners = new Set<Socket>();
  readonly #server = createServer((socket) => this.#accept(socket));
  #lie = HONEST;
  #beats = 0;
  #wake = (): void => undefined;

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  run(...command: readonly string[]): void {
    runCommand(command, this.#context());
  }

  lie(lie: RedisLie = HONEST): void {
    this.#lie = lie;
  }

  /** Nodes reconnect at once and read everything; resolves when one has read its mark. */
  async beat(): Promise<void> {
    const before = this.#beats;
    for (const socket of this.#sockets) socket.destroy();
    for (const deadline = Date.now() + BEAT_MS; this.#beats === before; ) {
      if (Date.now() > deadline) throw new Error('no node asks Redis for its mark');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1_000);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** To all subscribers. */
  publish(text: string): void {
    const message = ['message', 'mcp:events:0', text].map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
    for (const socket of this.#listeners) socket.write(`*3\r\n${message.join('')}`);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  #context(): Context {
    return { databases: this.#databases, now: steadyNow, clientId: 1, selected: 0, name: '', closing: false };
  }

  #accept(socket: Socket): void {
    const [parser, context] = [new RequestParser(), this.#context()];
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#listeners.delete(socket);
    });
    socket.on('data', (data) => {
      for (const command of parser.push(data).requests) this.#answer(socket, command, context);
    });
  }

  #answer(socket: Socket, command: readonly string[], context: Context): void {
    const [name = '', key = ''] = command;
    const said = this.#lie(command);
    if (/^subscribe$/i.test(name)) {
      this.#listeners.add(socket);
      return void socket.write(`*3\r\n$9\r\nsubscribe\r\n$${key.length}\r\n${key}\r\n:1\r\n`);
    }
    if (said === 'cut') socket.destroy();
    else if (said !== 'nothing') socket.write(said ?? encodeReply(runCommand(command, context)), 'latin1');
    if (!READ.test(key)) return;
    this.#beats++;
    // The answer is sent first.
    setImmediate(() => this.#wake());
  }
}
