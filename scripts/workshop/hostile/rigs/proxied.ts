/** The router or Traefik as a process, in front of one or two servers; the processes can report what they hold. */
import { type JsonObject, Subject, type SubjectKind } from '../../../../router/parity/subject.ts';
import { type Watched, watch } from '../watched.ts';

export type ProxyOptions = {
  readonly url: string;
  /** The proxy adds it to every request. */
  readonly stamp?: string;
  /** Another server, for paths that begin with /modes. */
  readonly modes?: string;
  readonly entryPoint?: JsonObject;
  /** Instead of routes to these servers. */
  readonly dynamic?: JsonObject;
  /** The router without `--lenient`: it refuses a whole file if a part of it is wrong. */
  readonly strict?: true;
};

export type Proxied = {
  readonly subject: Subject;
  readonly port: number;
  readonly watched: readonly Watched[];
  readonly dynamic: JsonObject;
  /** Throws unless it ends on its own when nothing keeps it running. */
  close(): Promise<void>;
};

const ENDING_MS = 60_000;

export const startProxied = async (kind: SubjectKind, options: ProxyOptions): Promise<Proxied> => {
  const dynamic = options.dynamic ?? dynamicFor(options);
  const subject = await Subject.start(kind, {
    entryPoints: { web: options.entryPoint ?? {} },
    dynamic,
    strict: options.strict === true,
  });
  const close = async (): Promise<void> => {
    if (subject.exit === undefined) subject.signal('SIGTERM');
    const exit = await subject.exited(ENDING_MS);
    await subject.stop();
    if (exit === 'timeout' || exit.code !== 0)
      throw new Error(`${kind} ended so: ${JSON.stringify(exit)}\n${subject.log.slice(-2000)}`);
  };
  return { subject, port: subject.port('web'), watched: [watchSubject(subject)], dynamic, close };
};

const dynamicFor = ({ url, stamp, modes = url }: ProxyOptions): JsonObject => {
  const more = { entryPoints: ['web'], ...(stamp && { middlewares: ['stamp'] }) };
  const routers = {
    all: { rule: 'PathPrefix(`/`)', service: 'origin', ...more },
    modes: { rule: 'PathPrefix(`/modes`)', service: 'modes', ...more },
  };
  const secure = Object.entries(routers).map(([name, router]) => [`${name}-tls`, { ...router, tls: {} }] as const);
  return {
    http: {
      routers: { ...routers, ...Object.fromEntries(secure) },
      services: Object.fromEntries(
        Object.entries({ origin: url, modes }).map(([name, one]) => [
          name,
          { loadBalancer: { servers: [{ url: one }] } },
        ]),
      ),
      ...(stamp && { middlewares: { stamp: { headers: { customRequestHeaders: { 'X-Stamp': stamp } } } } }),
    },
  };
};

const watchSubject = (subject: Subject): Watched =>
  watch(
    {
      name: subject.kind,
      pid: subject.pid,
      ended: () => subject.exit && JSON.stringify(subject.exit),
      printed: () => subject.log,
    },
    subject.kind === 'router',
  );
