import { referredName } from '../../../../shared/traefik/qualified-name.ts';
import type { FailoverConfig, ServiceConfig, WeightedConfig } from '../../../core/model.ts';
import {
  type Cursor,
  type Decoded,
  type Decoder,
  integer,
  map,
  optional,
  orElse,
  refusePart,
  text,
} from '../decoder.ts';
import { allowEmpty, listOf, notDone, placed, type Shape, struct } from '../structure.ts';
import { loadBalancer } from './load-balancer.ts';
import { sticky } from './sticky-cookie.ts';

const named = (what: string): Decoder<string> => ({
  read: text.read,
  absent: (cursor) => refusePart({ ...cursor, valueAt: cursor.at }, `${what} is missing`, 'name a service'),
});

const healthCheck = map(allowEmpty(struct({})), (value) => value !== undefined);

const child = map(placed(struct({ name: named('the name'), weight: orElse(integer, 1) })), (raw) => ({
  ...raw,
  name: referredName(raw.name),
  written: raw.name,
}));

const weighted: Decoder<WeightedConfig> = map(
  struct({ services: listOf(child), sticky: optional(sticky), healthCheck }),
  (raw, cursor) => ({ kind: 'weighted', name: cursor.subject?.name ?? '', at: cursor.at, ...raw }),
);

const failover: Decoder<FailoverConfig> = map(
  struct(
    { service: named('the service'), fallback: named('the fallback'), healthCheck },
    { errors: notDone('give the service a healthCheck: failover follows that') },
  ),
  (raw, cursor) => ({
    kind: 'failover',
    name: cursor.subject?.name ?? '',
    at: cursor.at,
    service: referredName(raw.service),
    fallback: referredName(raw.fallback),
    healthCheck: raw.healthCheck,
  }),
);

const kinds = { loadBalancer: optional(loadBalancer), weighted: optional(weighted), failover: optional(failover) };

const schema = struct(kinds, {
  mirroring: notDone('send the traffic to one service'),
  highestRandomWeight: notDone('use loadBalancer with strategy: hrw'),
  middlewares: notDone("put them in the routers' middlewares"),
});

const theOnlyOne = (raw: Shape<typeof kinds>, cursor: Cursor): Decoded<ServiceConfig> => {
  const given = [raw.loadBalancer, raw.weighted, raw.failover].filter((kind) => kind !== undefined);
  const onKey = { ...cursor, valueAt: cursor.at };
  if (given.length > 1)
    return refusePart(onKey, 'a service has exactly one kind; this one has several', 'make one service of each');
  return given[0] ?? refusePart(onKey, 'the service has no kind', 'add loadBalancer, weighted or failover');
};

export const service: Decoder<ServiceConfig> = map(schema, theOnlyOne);
