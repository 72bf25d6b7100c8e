/** Starts the subject, the router or Traefik, from the same two files, and changes these files while it runs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../shared/free-ports.ts';
import { findTraefik } from '../../shared/traefik-binary.ts';
import { exchange } from './raw-client.ts';

export type SubjectKind = 'router' | 'traefik';
/** Traefik's structures, as in a file. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export type SubjectOptions = {
  readonly entryPoints: Readonly<Record<string, JsonObject>>;
  readonly dynamic: JsonObject;
  /** Further parts of the static file. */
  readonly static?: JsonObject;
  /** Without `--lenient`: the router refuses a file of which Traefik only leaves a part out. */
  readonly strict?: boolean;
  /** Where the dynamic file is and how the provider is configured; by default a single file. */
  readonly provider?: (folder: string) => { readonly file: string; readonly options: JsonObject };
};

/** The entry point on which only the markers and the ping answer. */
const MARKER = 'marker';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
// For a cold start on a busy machine; only reached when something is wrong.
const START_PATIENCE = 60_000;
const RELOAD_PATIENCE = 10_000;

export class Subject {
  readonly kind: SubjectKind;
  readonly folder: string;
  readonly dynamicFile: string;
  readonly ports: ReadonlyMap<string, number>;
  log = '';
  exit: { readonly code: number | null; readonly signal: string | null } | undefined;
  private readonly child: ChildProcess;
  private readonly events = new EventEmitter();
  private markers = 0;

  private constructor(
    kind: SubjectKind,
    folder: string,
    dynamicFile: string,
    ports: ReadonlyMap<string, number>,
    strict: boolean,
  ) {
    this.kind = kind;
    this.folder = folder;
    this.dynamicFile = dynamicFile;
    this.ports = ports;
    const [command, ...args] = commandOf(kind, join(folder, 'traefik.yml'), strict);
    this.child = spawn(command!, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    process.once('exit', this.kill);
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (data) => this.onOutput(String(data)));
    this.child.on('error', (error) => this.over({ code: null, signal: error.message }));
    this.child.on('exit', (code, signal) => this.over({ code, signal }));
  }

  static async start(kind: SubjectKind, options: SubjectOptions): Promise<Subject> {
    const folder = mkdtempSync(join(tmpdir(), 'parity-'));
    const names = [...Object.keys(options.entryPoints), MARKER];
    const free = await freePorts(names.length);
    const ports = new Map(names.map((name, i) => [name, free[i]!]));
    const provider = options.provider?.(folder) ?? ownFile(folder);
    writeFileSync(join(folder, 'traefik.yml'), JSON.stringify(staticFile(options, ports, provider.options)));
    writeFileSync(provider.file, JSON.stringify(withMarker(options.dynamic, 0)));
    const subject = new Subject(kind, folder, provider.file, ports, options.strict ?? false);
    try {
      await subject.answersMarker(0, START_PATIENCE);
    } catch (error) {
      await subject.stop();
      throw error;
    }
    return subject;
  }

  port(entryPoint: string): number {
    const port = this.ports.get(entryPoint);
    if (port === undefined) throw new Error(`no entry point ${entryPoint}`);
    return port;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Writes a temporary file and renames it, then waits until the new configuration answers. */
  async reload(dynamic: JsonObject): Promise<void> {
    const marker = ++this.markers;
    this.replaceFile(JSON.stringify(withMarker(dynamic, marker)));
    await this.answersMarker(marker, RELOAD_PATIENCE);
  }

  replaceFile(text: string): void {
    const beside = join(this.folder, '.next');
    writeFileSync(beside, text);
    renameSync(beside, this.dynamicFile);
  }

  /** The file for this configuration with the next marker, which `answersMarker` waits for. */
  marked(dynamic: JsonObject): { readonly text: string; readonly marker: number } {
    const marker = ++this.markers;
    return { text: JSON.stringify(withMarker(dynamic, marker)), marker };
  }

  async answersMarker(marker: number, patience = RELOAD_PATIENCE): Promise<void> {
    const deadline = Date.now() + patience;
    while (!(await this.hasMarker(marker))) {
      if (this.exit) throw new Error(`${this.kind} ended (${JSON.stringify(this.exit)})\n${this.log}`);
      if (Date.now() > deadline) throw new Error(`${this.kind} does not answer configuration ${marker}\n${this.log}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Waits for a match in the log after its first `since` characters. */
  async waitForLog(pattern: RegExp, since = 0, timeout = 5_000): Promise<boolean> {
    const signal = AbortSignal.timeout(timeout);
    while (!pattern.test(this.log.slice(since))) {
      try {
        await once(this.events, 'log', { signal });
      } catch {
        return false;
      }
    }
    return true;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  async exited(timeout = 15_000): Promise<NonNullable<Subject['exit']> | 'timeout'> {
    if (this.exit) return this.exit;
    try {
      await once(this.events, 'exit', { signal: AbortSignal.timeout(timeout) });
    } catch {
      return 'timeout';
    }
    return this.exit ?? 'timeout';
  }

  async stop(): Promise<void> {
    if (!this.exit) this.child.kill('SIGKILL');
    await this.exited();
    process.off('exit', this.kill);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private readonly kill = (): void => void this.child.kill('SIGKILL');

  private async hasMarker(marker: number): Promise<boolean> {
    try {
      const request = `GET /marker-${marker}. HTTP/1.1\r\nHost: marker\r\nConnection: close\r\n\r\n`;
      const { answers } = await exchange(this.port(MARKER), request, { timeout: 1_000 });
      return answers[0]?.status === 503;
    } catch {
      return false;
    }
  }

  private onOutput(text: string): void {
    this.log += text;
    this.events.emit('log');
  }

  private over(exit: NonNullable<Subject['exit']>): void {
    this.exit ??= exit;
    this.events.emit('exit');
  }
}

const commandOf = (kind: SubjectKind, staticFile: string, strict: boolean): string[] =>
  kind === 'router'
    ? [
        process.execPath,
        '--import',
        'tsx/esm',
        join(ROOT, 'router/main.ts'),
        '--configfile',
        staticFile,
        ...(strict ? [] : ['--lenient']),
      ]
    : [findTraefik() ?? 'traefik', `--configfile=${staticFile}`];

const ownFile = (folder: string) => {
  const file = join(folder, 'dynamic.yml');
  return { file, options: { filename: file, watch: true } };
};

const staticFile = (options: SubjectOptions, ports: ReadonlyMap<string, number>, provider: JsonObject): JsonObject => {
  const entryPoint = ([name, port]: [string, number]): [string, JsonObject] => [
    name,
    { address: `127.0.0.1:${port}`, ...options.entryPoints[name] },
  ];
  return {
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    log: { level: 'ERROR' },
    ...options.static,
    entryPoints: Object.fromEntries([...ports].map(entryPoint)),
    // Traefik waits this long between two configurations; with its default of 2 s the suite would mostly wait.
    providers: { providersThrottleDuration: '50ms', file: provider },
  };
};

/** A route that only this configuration has: its service without servers answers 503; before, the answer is 404. */
const withMarker = (dynamic: JsonObject, marker: number): JsonObject => {
  const { routers, services, ...more } = (dynamic.http ?? {}) as Record<string, JsonObject>;
  const router = { rule: `Path(\`/marker-${marker}.\`)`, service: 'marker', entryPoints: [MARKER] };
  return {
    ...dynamic,
    http: {
      ...more,
      routers: { ...routers, marker: router },
      services: { ...services, marker: { loadBalancer: { servers: [] } } },
    },
  };
};
