import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { paintWith } from '../cli/paint.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type ActionContext, type Asker, performAction } from './actions.ts';
import { runtimeFolder, socketPath } from './control/runtime-folder.ts';
import { serveControl } from './control/server.ts';
import { openDashboard } from './dashboard.ts';
import { DemoTraffic } from './demo-traffic.ts';
import { countDown } from './ending.ts';
import { readKeys } from './keyboard.ts';
import { KEY_HELP, keysFor, meaningOf, NODE_HINT } from './keys.ts';
import { explainLast, type LastRequest } from './last-request.ts';
import { NodeReload } from './node-reload.ts';
import { type PageOpener, pageOpener } from './open-page.ts';
import type { DevOptions } from './options.ts';
import type { Output } from './output.ts';
import type { Plan } from './plan.ts';
import { readyOf } from './ready.ts';
import { watchRequests } from './requests.ts';
import { watchSources } from './source-watch.ts';
import { loadTopology, withPort } from './topology-file.ts';

type Parts = {
  readonly cluster: Cluster;
  readonly plan: Plan;
  readonly options: DevOptions;
  readonly terminal: Terminal;
  readonly output: Output;
};

const CLOSE_SECONDS = 3;
const NODE_SOURCES = fileURLToPath(new URL('../../node', import.meta.url));

/** A running cluster and its controls: keys, commands from other terminals, files that change. */
export class DevSession {
  readonly #parts: Parts;
  readonly #context: ActionContext;
  readonly #closers: (() => void | Promise<void>)[] = [];
  readonly #ended: Promise<void>;
  #dashboard: string | null = null;
  #pages: PageOpener | undefined;
  #last: LastRequest | undefined;
  #chosen: string | undefined;

  constructor(parts: Parts) {
    const { cluster, terminal } = parts;
    this.#parts = parts;
    let quit = (): void => undefined;
    this.#ended = new Promise((resolveEnd) => {
      quit = resolveEnd;
    });
    terminal.signal.addEventListener('abort', quit);
    if (terminal.signal.aborted) quit();
    const traffic = new DemoTraffic({
      mcp: cluster.mcp,
      https: cluster.url.startsWith('https:'),
      onLine: (line) => parts.output.happened({ at: Date.now(), kind: 'line', from: 'demo', line }),
    });
    this.#closers.push(() => traffic.stop());
    this.#context = {
      cluster,
      openPage: async (url) => this.#pages?.open(url),
      quit,
      redisUp: true,
      dashboard: () => this.#dashboard,
      explain: (paint) => explainLast(this.#last, cluster.router, paint),
      demo: traffic,
    };
  }

  async run(): Promise<void> {
    const { cluster, output } = this.#parts;
    try {
      await this.#open();
      await this.#ended;
    } finally {
      // The keyboard first: from here on Ctrl-C is a signal again.
      for (const close of this.#closers.reverse()) await close();
      await countDown(cluster.close(), { seconds: CLOSE_SECONDS, print: output.note });
    }
  }

  async #open(): Promise<void> {
    const { cluster, plan, options, terminal, output } = this.#parts;
    const folder = await runtimeFolder(terminal.env);
    const path = socketPath(folder, plan.port.port);
    const control = await serveControl({
      path,
      perform: (call) => performAction(this.#context, { ...call, asker: ELSEWHERE }),
    });
    this.#closers.push(() => control.close());
    const dashboard = await openDashboard(cluster);
    if (dashboard !== undefined) this.#closers.push(() => dashboard.close());
    this.#dashboard = dashboard?.url ?? null;
    const pages = pageOpener(folder, plan.port.port);
    this.#pages = pages;
    this.#closers.push(() => pages.close());
    const keys = process.stdin.isTTY === true && terminal.interactive && !options.json;
    const milliseconds = process.uptime() * 1000;
    // Before anybody is told to edit a file.
    this.#watch();
    output.ready({ ...readyOf({ cluster, options, port: plan.port, dashboard: this.#dashboard, milliseconds }), keys });
    this.#closers.push(cluster.subscribe((event) => output.happened(event)));
    this.#closers.push(
      watchRequests(cluster, (request) => {
        this.#last = request;
        output.request(request.seen);
      }),
    );
    if (keys) this.#closers.push(readKeys(process.stdin, (key) => void this.#press(key)));
  }

  #watch(): void {
    const { cluster, options, output } = this.#parts;
    const reload = new NodeReload(cluster);
    const onTrouble = (error: unknown): void =>
      output.trouble(`files are not watched (${(error as Error).message}): restart the nodes by hand`);
    const sources = watchSources({
      folders: [NODE_SOURCES],
      files: options.server === undefined ? [] : [resolve(options.server)],
      onTrouble,
      onChange: async (file) => {
        output.note(`${file} changed: the nodes restart, the router keeps running`);
        const failures = await reload.restart();
        for (const failure of failures) output.trouble(failure);
        if (failures.length === 0) output.note('the nodes are up again');
      },
    });
    this.#closers.push(() => sources.close());
    const { topology } = options;
    if (topology === undefined) return;
    const watch = watchSources({
      folders: [],
      files: [resolve(topology)],
      onTrouble,
      onChange: () => void this.#regenerate(topology),
    });
    this.#closers.push(() => watch.close());
  }

  async #regenerate(file: string): Promise<void> {
    const { cluster, plan, terminal, output } = this.#parts;
    try {
      const topology = await loadTopology(file, { color: terminal.color, warn: output.trouble });
      await cluster.change(withPort(topology, plan.port));
      output.note(`${file} changed, and was applied`);
    } catch (error) {
      output.trouble(`${(error as Error).message}\n${file} was not applied: the last good one stays`);
    }
  }

  async #press(key: string): Promise<void> {
    const { cluster, output } = this.#parts;
    const { redisUp } = this.#context;
    const meaning = meaningOf(key, { chosen: this.#chosen, nodes: cluster.nodes(), redisUp });
    if (meaning.kind === 'interrupt') return void process.kill(process.pid, 'SIGINT');
    if (meaning.kind === 'help') return output.note(`\n${KEY_HELP}\n`);
    if (meaning.kind === 'hint') return output.note(meaning.text);
    this.#chosen = meaning.kind === 'choose' ? meaning.node : undefined;
    if (meaning.kind === 'choose') return output.note(`${meaning.node}: ${NODE_HINT}`);
    if (meaning.kind === 'nothing') return;
    try {
      output.outcome(meaning.action, await performAction(this.#context, { ...meaning, asker: this.#atKeys() }));
    } catch (error) {
      output.trouble((error as Error).message);
    }
  }

  #atKeys(): Asker {
    const { cluster, terminal } = this.#parts;
    return {
      paint: paintWith(terminal.color),
      hint: (action, node) => keysFor(action, node, cluster.nodes()) ?? ELSEWHERE.hint(action, node),
    };
  }
}

/** By a command in another terminal, or in a pipe. */
const ELSEWHERE: Asker = {
  paint: paintWith(false),
  hint: (action, node) => `npm run dev -- ${action}${node === undefined ? '' : ` ${node}`}`,
};
