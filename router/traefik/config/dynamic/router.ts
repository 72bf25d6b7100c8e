import { referredName } from '../../../../shared/traefik/qualified-name.ts';
import type { RouterConfig } from '../../../core/model.ts';
import { type Cursor, checked, type Decoder, integer, map, placedText, text } from '../decoder.ts';
import { allowEmpty, noneOf, notDone, type Shape, struct, texts } from '../structure.ts';

/** Traefik reserves the highest priorities: the largest 64-bit integer minus 1000, as near as a number comes. */
const HIGHEST_PRIORITY = Number(2n ** 63n - 1024n);

const NO_RESOLVER = notDone('put the certificate under tls.certificates of the dynamic file');
const tls = struct({}, { options: notDone(), domains: NO_RESOLVER, certResolver: NO_RESOLVER });

const priority = checked(integer, (value) =>
  value > HIGHEST_PRIORITY
    ? { message: `Traefik reserves the priority ${value} for itself`, remedy: 'choose a lower one' }
    : undefined,
);

const fields = {
  rule: placedText,
  service: text,
  middlewares: texts,
  entryPoints: texts,
  priority,
  tls: allowEmpty(tls),
};

const schema = struct(fields, {
  ruleSyntax: notDone('write the rule in the v3 syntax and remove this key', 'v3', 'default'),
  parentRefs: notDone('write the whole rule in one router'),
  observability: notDone('access log and metrics are set in the static file'),
  ...noneOf('defaultRule deniedEncodedPathCharacters', notDone('Traefik ignores this key in a file: remove it')),
});

const toRouter = (raw: Shape<typeof fields>, cursor: Cursor): RouterConfig => {
  return {
    name: cursor.subject?.name ?? '',
    at: cursor.at,
    // Traefik accepts a file whose router has no rule or no service, and skips that router.
    rule: raw.rule?.text ?? '',
    ruleAt: raw.rule?.at ?? cursor.at,
    priority: raw.priority,
    service: raw.service === '' ? '' : referredName(raw.service),
    middlewares: raw.middlewares.map(referredName),
    entryPoints: raw.entryPoints,
    tls: raw.tls !== undefined,
  };
};

export const router: Decoder<RouterConfig> = map(schema, toRouter);
