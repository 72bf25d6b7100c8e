/** The differences of two dynamic configurations, part by part. */
import type { DynamicConfig, ServiceConfig } from '../../router/core/model.ts';
import { writtenName } from '../../shared/traefik/qualified-name.ts';

export type PartChange = {
  readonly kind: 'router' | 'service' | 'middleware';
  /** As in the file, without the provider. */
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Of a changed part: `priority: 3 → 4`, `+ server http://…`. */
  readonly details: readonly string[];
};

type Fields = ReadonlyMap<string, string | readonly string[]>;
type Parts = ReadonlyMap<string, Fields>;

export const compareParts = (before: DynamicConfig, after: DynamicConfig): readonly PartChange[] => [
  ...compare('router', fieldsOf(before.routers), fieldsOf(after.routers)),
  ...compare('service', servicesOf(before), servicesOf(after)),
  ...compare('middleware', fieldsOf(before.middlewares), fieldsOf(after.middlewares)),
];

const compare = (kind: PartChange['kind'], before: Parts, after: Parts): PartChange[] => {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.flatMap((name): PartChange[] => {
    const was = before.get(name);
    const is = after.get(name);
    const part = { kind, name: writtenName(name), details: [] };
    if (was === undefined) return [{ ...part, change: 'added' }];
    if (is === undefined) return [{ ...part, change: 'removed' }];
    const details = differences(was, is);
    return details.length === 0 ? [] : [{ ...part, change: 'changed', details }];
  });
};

const differences = (before: Fields, after: Fields): string[] =>
  [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const was = before.get(key) ?? '';
    const is = after.get(key) ?? '';
    if (typeof was === 'string' && typeof is === 'string')
      return was === is ? [] : [`${key}: ${was || 'none'} → ${is || 'none'}`];
    return listDifferences(key.replace(/s$/, ''), [was].flat(), [is].flat());
  });

const listDifferences = (word: string, before: readonly string[], after: readonly string[]): string[] => [
  ...before.filter((one) => !after.includes(one)).map((one) => `- ${word} ${one}`),
  ...after.filter((one) => !before.includes(one)).map((one) => `+ ${word} ${one}`),
];

const servicesOf = ({ services }: DynamicConfig): Parts =>
  new Map(
    [...services].map(([name, service]) => [
      name,
      new Map([...fieldsOfOne(service), ['servers', serversOf(service)], ['services', childrenOf(service)]]),
    ]),
  );

const serversOf = (service: ServiceConfig): readonly string[] =>
  service.kind === 'loadBalancer' ? service.servers.map(({ url, weight }) => weighed(url, weight)) : [];

const childrenOf = (service: ServiceConfig): readonly string[] =>
  service.kind === 'weighted' ? service.services.map(({ written, weight }) => weighed(written, weight)) : [];

const weighed = (name: string, weight: number): string => (weight === 1 ? name : `${name} (weight ${weight})`);

const fieldsOf = (parts: ReadonlyMap<string, object>): Parts =>
  new Map([...parts].map(([name, part]) => [name, fieldsOfOne(part)]));

const NOT_COMPARED = new Set(['name', 'ruleAt', 'servers', 'services']);

/** Deeper values are compared by path: `sticky.name`. */
const fieldsOfOne = (part: object, above = ''): Map<string, string | readonly string[]> =>
  new Map(
    Object.entries(part)
      .filter(([key, value]) => !NOT_COMPARED.has(above + key) && key !== 'at' && value !== undefined)
      .flatMap(([key, value]): [string, string | readonly string[]][] => {
        if (value instanceof Map) return [...fieldsOfOne(Object.fromEntries(value), `${above}${key}.`)];
        if (Array.isArray(value)) return [[above + key, value.map(textOf)]];
        return typeof value === 'object' && value !== null
          ? [...fieldsOfOne(value, `${above}${key}.`)]
          : [[above + key, textOf(value)]];
      }),
  );

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value, (key, one) => (key === 'at' ? undefined : one)) ?? '');
