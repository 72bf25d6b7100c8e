import { findBinary } from '../../../shared/registry/find-redis.ts';
import { connectRedis, type RedisLink } from '../../../shared/registry/redis.ts';
import { freePort, type RedisProcess, startRedisProcess } from '../../../shared/registry/redis-process.ts';
import { parseRedisUrl } from '../../../shared/registry/redis-url.ts';

const COMMAND_MS = 2000;

/** A Redis that can be stopped, frozen and told what to refuse. It comes back empty. */
export class SoakRedis {
  readonly url: string;
  readonly port: number;
  readonly #binary: string;
  readonly #link: RedisLink;
  #process: RedisProcess | undefined;

  private constructor(binary: string, port: number) {
    this.#binary = binary;
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    const nothing = (): void => undefined;
    const place = parseRedisUrl(this.url);
    const options = { connectionName: 'soak', commandTimeoutMs: COMMAND_MS, onReady: nothing, onTrouble: nothing };
    this.#link = connectRedis({ place, ...options });
  }

  static async start(): Promise<SoakRedis> {
    const binary = findBinary(process.env.PATH ?? '');
    if (binary === undefined) throw new Error('a soak needs redis-server on the PATH');
    const redis = new SoakRedis(binary, await freePort());
    await redis.start();
    return redis;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async start(): Promise<void> {
    this.#process ??= await startRedisProcess({ binary: this.#binary, port: this.port });
  }

  async kill(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    await running?.stop();
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.#process !== undefined) process.kill(this.#process.pid, name);
  }

  async call(name: string, ...args: readonly string[]): Promise<void> {
    await this.#link.call(name, ...args);
  }

  async close(): Promise<void> {
    await this.#link.quit();
    await this.kill();
  }
}
