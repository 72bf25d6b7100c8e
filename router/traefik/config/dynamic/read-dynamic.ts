/** From the text of the dynamic files to the dynamic configuration and all problems. */

import type { Problem, Subject } from '../../../../shared/source/place.ts';
import { declaredName } from '../../../../shared/traefik/qualified-name.ts';
import type { CertificateConfig, DynamicConfig } from '../../../core/model.ts';
import { type Decoder, map, text } from '../decoder.ts';
import { guardTemplate } from '../guard.ts';
import { readFile, type SourceFile } from '../read-file.ts';
import { listOf, mapOf, notDone, placed, struct } from '../structure.ts';
import { merge } from './merge.ts';
import { middleware } from './middleware.ts';
import { router } from './router.ts';
import { serversTransport } from './servers-transport.ts';
import { service } from './service.ts';

/** `config` holds every valid part; `Problem.concerns` says when it can be used despite problems. */
export type DynamicReading = { readonly config: DynamicConfig; readonly problems: readonly Problem[] };

const parts = <T>(kind: Subject['kind'], decoder: Decoder<T>): Decoder<ReadonlyMap<string, T>> =>
  map(
    mapOf(decoder, (name) => ({ kind, name: declaredName(name) })),
    (values) => new Map([...values].map(([name, value]) => [declaredName(name), value])),
  );

const http = struct(
  {
    routers: parts('router', router),
    services: parts('service', service),
    middlewares: parts('middleware', middleware),
    serversTransports: parts('serversTransport', serversTransport),
  },
  { models: notDone('set tls and middlewares at the routers or at the entry point') },
);

const certificate: Decoder<CertificateConfig> = placed(
  struct({ certFile: text, keyFile: text }, { stores: notDone('one store serves every name: remove it') }),
);
const tls = struct(
  { certificates: listOf(certificate) },
  { options: notDone(), stores: notDone('put the certificate under tls.certificates') },
);

const schema = map(
  struct({ http, tls }, { tcp: notDone('only HTTP is supported'), udp: notDone('only HTTP is supported') }),
  (raw): DynamicConfig => ({ ...raw.http, certificates: raw.tls.certificates }),
);

export const readDynamic = (files: readonly SourceFile[]): DynamicReading => {
  const readings = files.map(readOne);
  const merged = merge(readings.flatMap((reading) => reading.value ?? []));
  return { config: merged.config, problems: [...readings.flatMap((reading) => reading.problems), ...merged.problems] };
};

const readOne = (source: SourceFile): ReturnType<typeof readFile<DynamicConfig>> => {
  const problems = guardTemplate(source.file, source.text);
  return problems.length > 0 ? { value: undefined, problems } : readFile(source, schema);
};
