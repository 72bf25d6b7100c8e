import { commandOf } from '../../shared/program.ts';
import { type OwnedProcess, startOwnedProcess } from '../cluster/owned-process.ts';

type Options = {
  readonly mcp: string;
  /** The certificate was made for this run, so clients do not trust it. */
  readonly https: boolean;
  readonly onLine: (line: string) => void;
};

const [COMMAND, ...MOORING] = commandOf('../mooring.ts', import.meta.url);

/** The clients of `npm run demo`, in their own process like real clients. */
export class DemoTraffic {
  readonly #options: Options;
  #running: OwnedProcess | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  get on(): boolean {
    return this.#running !== undefined;
  }

  async start(): Promise<void> {
    const { mcp, https, onLine } = this.#options;
    const running = await startOwnedProcess({
      command: COMMAND,
      args: [...MOORING, 'demo', '--url', mcp],
      env: { ...process.env, CI: '1', ...(https && { NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' }) },
      onLine,
    });
    this.#running = running;
    void running.ended.then((how) => {
      if (this.#running !== running) return;
      this.#running = undefined;
      onLine(`the traffic ended ${how}`);
    });
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.signal('SIGTERM');
    await running?.ended;
  }
}
