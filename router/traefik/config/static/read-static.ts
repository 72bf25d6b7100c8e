/** From the text of the static file to the static configuration and all problems. */

import type { Place, Problem } from '../../../../shared/source/place.ts';
import type { EntryPointConfig, StaticConfig } from '../../../core/static-model.ts';
import {
  type Cursor,
  type Decoded,
  type Decoder,
  duration,
  flag,
  invalid,
  map,
  optional,
  orElse,
  refuseFile,
  text,
} from '../decoder.ts';
import { readFile, type SourceFile } from '../read-file.ts';
import { allowEmpty, mapOf, noneOf, notDone, placed, type Shape, struct } from '../structure.ts';
import { entryPoint, entryPointByItself } from './entry-point.ts';
import { accessLog, api, INTERNAL_ENTRY_POINT, log, otherMetrics, ping, prometheus } from './observability.ts';

export type StaticReading = { readonly config: StaticConfig | undefined; readonly problems: readonly Problem[] };

const OTHER_PROVIDERS =
  'docker swarm kubernetesIngress kubernetesIngressNGINX kubernetesCRD kubernetesGateway knative rest consulCatalog ' +
  'nomad ecs consul etcd zooKeeper redis http plugin';

// Traefik can log its templates; there are none here.
const file = placed(
  struct({ filename: text, directory: text, watch: orElse(flag, true), debugLogGeneratedTemplate: flag }),
);

const providers = struct(
  { file: optional(file), providersThrottleDuration: orElse(duration, 2_000) },
  {
    ...noneOf(OTHER_PROVIDERS, notDone('put its configuration into a file of providers.file')),
    precedence: notDone('there is only one provider: remove it', 'file'),
  },
);

// This router contacts no one.
const global = struct(
  { checkNewVersion: flag, sendAnonymousUsage: flag },
  { notAppendXForwardedFor: notDone('remove it', 'false') },
);

/** Keeps the place of a key with its value, for checks that need the whole file. */
function withPlace<T>(decoder: Decoder<T | undefined>): Decoder<{ readonly value: T; readonly at: Place } | undefined> {
  return map(decoder, (value, cursor) => (value === undefined ? undefined : { value, at: cursor.at }));
}

const fields = {
  entryPoints: mapOf(entryPoint),
  providers,
  ping: withPlace(ping),
  api,
  metrics: struct({ prometheus: withPlace(prometheus) }, otherMetrics),
  accessLog,
  log: allowEmpty(log),
  global,
  core: struct(
    {},
    {
      defaultRuleSyntax: notDone('write the rules in the v3 syntax', 'v3'),
      strictTLSOptions: notDone('remove it', 'false'),
    },
  ),
};

const schema = struct(fields, {
  serversTransport: notDone('make one under http.serversTransports of the dynamic file, and name it in the service'),
  ...noneOf('tcpServersTransport hostResolver spiffe ocsp experimental tracing'),
  certificatesResolvers: notDone('put certificates under tls.certificates of the dynamic file'),
});

const finish = (raw: Shape<typeof fields>, cursor: Cursor): Decoded<StaticConfig> => {
  const entryPoints = withInternal(raw, cursor);
  const logging = raw.log ?? log.absent(cursor);
  const provider = fileProvider(raw.providers.file, cursor);
  const referred = checkReferences(raw, entryPoints, cursor);
  if (provider === invalid || logging === invalid || !referred) return invalid;
  return {
    file: cursor.at.file,
    entryPoints,
    fileProvider: provider,
    ping: raw.ping?.value,
    api: raw.api,
    prometheus: raw.metrics.prometheus?.value,
    accessLog: raw.accessLog,
    log: logging,
  };
};

/** Traefik adds an entry point on port 80 when there is none, and one on 8080 for its own pages. */
const withInternal = (raw: Shape<typeof fields>, cursor: Cursor): ReadonlyMap<string, EntryPointConfig> => {
  const all = new Map(raw.entryPoints);
  const add = (name: string, port: number): void => {
    const made = entryPointByItself(name, port, cursor);
    if (made !== invalid) all.set(name, made);
  };
  if (all.size === 0) add('http', 80);
  const users = [raw.ping?.value, raw.metrics.prometheus?.value];
  const needed = users.some((user) => user?.entryPoint === INTERNAL_ENTRY_POINT && !user.manualRouting);
  if ((needed || raw.api?.insecure === true) && !all.has(INTERNAL_ENTRY_POINT)) add(INTERNAL_ENTRY_POINT, 8080);
  return all;
};

type File = NonNullable<Shape<typeof fields>['providers']['file']>;
const fileProvider = (given: File | undefined, cursor: Cursor): Decoded<StaticConfig['fileProvider']> => {
  const path = given?.directory || given?.filename;
  if (given === undefined || !path) {
    const there = { ...cursor, path: 'providers.file', valueAt: given?.at ?? cursor.at };
    return refuseFile(there, 'no dynamic configuration file is set', 'set providers.file.filename or .directory');
  }
  // With both set, Traefik uses the directory.
  return { at: given.at, path, kind: given.directory ? 'directory' : 'file', watch: given.watch };
};

const checkReferences = (
  raw: Shape<typeof fields>,
  entryPoints: ReadonlyMap<string, EntryPointConfig>,
  cursor: Cursor,
): boolean => {
  const references: { path: string; at: Place; to: string }[] = [];
  for (const [path, user] of [
    ['ping', raw.ping],
    ['metrics.prometheus', raw.metrics.prometheus],
  ] as const)
    if (user !== undefined && !user.value.manualRouting)
      references.push({ path: `${path}.entryPoint`, at: user.at, to: user.value.entryPoint });
  for (const { name, at, redirection } of entryPoints.values())
    if (redirection !== undefined && !/^:\d+$/.test(redirection.to))
      references.push({ path: `entryPoints.${name}.http.redirections.entryPoint.to`, at, to: redirection.to });
  const missing = references.filter(({ to }) => !entryPoints.has(to));
  for (const { path, at, to } of missing)
    refuseFile(
      { ...cursor, path, valueAt: at },
      `there is no entry point ${to}`,
      `the entry points are ${[...entryPoints.keys()].join(', ')}`,
    );
  return missing.length === 0;
};

const whole = map(schema, finish);

export const readStatic = (source: SourceFile): StaticReading => {
  const { value, problems } = readFile(source, whole);
  return { config: value, problems };
};
