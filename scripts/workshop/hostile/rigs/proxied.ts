/** The router or Traefik as a process, in front of one address; the processes can tell what they hold. */
import { type JsonObject, Subject, type SubjectKind } from '../../../../router/parity/subject.ts';
import { type Watched, watch } from '../watched.ts';

export type ProxyOptions = {
  readonly url: string;
  readonly stamp?: string;
  readonly entryPoint?: JsonObject;
  readonly router?: JsonObject;
};

export type Proxied = { readonly subject: Subject; readonly port: number; readonly watched: readonly Watched[] };

const dynamicFor = ({ url, stamp, router }: ProxyOptions): JsonObject => ({
  http: {
    routers: {
      all: {
        rule: 'PathPrefix(`/`)',
        service: 'origin',
        entryPoints: ['web'],
        ...(stamp && { middlewares: ['stamp'] }),
        ...router,
      },
    },
    services: { origin: { loadBalancer: { servers: [{ url }], passHostHeader: true } } },
    ...(stamp && { middlewares: { stamp: { headers: { customRequestHeaders: { 'X-Stamp': stamp } } } } }),
  },
});

export const startProxied = async (kind: SubjectKind, options: ProxyOptions): Promise<Proxied> => {
  const subject = await Subject.start(kind, {
    entryPoints: { web: options.entryPoint ?? {} },
    dynamic: dynamicFor(options),
  });
  return { subject, port: subject.port('web'), watched: [watchSubject(subject)] };
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
