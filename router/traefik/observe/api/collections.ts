import type { RunningState } from '../state.ts';
import { omitEmpty, sortedObject } from './encode.ts';
import type { Listed } from './list.ts';
import { representMiddleware } from './represent-middleware.ts';
import { priorityText, providerOf, representRouter } from './represent-router.ts';
import { representService } from './represent-service.ts';

/** One item for both formats: by itself with its name, and in the raw data, where the name is the key. */
export type Member = Listed & { readonly raw: object };

export const routersOf = ({ table }: RunningState): Member[] =>
  [...table.routers].map(([name, router]) => {
    const raw = representRouter(router);
    const priority = priorityText(router);
    return {
      ...member(name, router.status, { raw, json: { ...raw, ...identity(name), priorityStr: priority } }),
      rule: router.config.rule,
      service: String(raw.service),
      middlewares: router.config.middlewares,
      order: {
        ...order(name, router.status),
        priority: BigInt(priority),
        rule: router.config.rule,
        service: String(raw.service),
        entryPoints: router.config.entryPoints.length,
      },
    };
  });

export const servicesOf = (state: RunningState): Member[] => [...fileServices(state), ...ownServices(state)];

const fileServices = ({ table, serversUp }: RunningState): Member[] =>
  [...table.services].flatMap(([name, { status, errors, usedBy }]) => {
    const config = table.config.services.get(name);
    if (config === undefined) return [];
    const up = serversUp(name);
    const serverStatus = up && sortedObject(new Map([...up].map(([url, isUp]) => [url, isUp ? 'UP' : 'DOWN'])));
    const raw = { ...representService(config), ...omitEmpty({ error: errors, status, usedBy, serverStatus }) };
    const type = config.kind.toLowerCase();
    const { serverStatus: _, ...first } = raw as Record<string, unknown>;
    const json = { ...first, ...identity(name), type, ...omitEmpty({ serverStatus }) };
    const servers = config.kind === 'loadBalancer' ? config.servers.length : 0;
    return [{ ...member(name, status, { raw, json }), order: { ...order(name, status), type, servers } }];
  });

/** The services of Traefik's own pages exist as soon as the pages do, routed or not. */
const ownServices = ({ static: config, table }: RunningState): Member[] => {
  const names = [
    ...(config.api ? ['api@internal'] : []),
    'noop@internal',
    ...(config.ping ? ['ping@internal'] : []),
    ...(config.prometheus ? ['prometheus@internal'] : []),
  ];
  return names.map((name) => {
    const usedBy = [...table.routers].filter(([, router]) => router.config.service === name).map(([user]) => user);
    const raw = omitEmpty({ status: 'enabled', usedBy: usedBy.sort() });
    const shown = member(name, 'enabled', { raw, json: { ...raw, ...identity(name) } });
    return { ...shown, order: { ...order(name, 'enabled'), type: '', servers: 0 } };
  });
};

export const middlewaresOf = ({ table }: RunningState): Member[] =>
  [...table.middlewares].flatMap(([name, { status, errors, usedBy }]) => {
    const config = table.config.middlewares.get(name);
    if (config === undefined) return [];
    const raw = { ...representMiddleware(config), ...omitEmpty({ error: errors, status, usedBy }) };
    const type = config.kind.toLowerCase();
    const shown = member(name, status, { raw, json: { ...raw, ...identity(name), type } });
    return [{ ...shown, order: { ...order(name, status), type } }];
  });

const member = (name: string, status: string, forms: { raw: object; json: object }): Omit<Member, 'order'> => ({
  name,
  status,
  ...forms,
});

const identity = (name: string): { name: string; provider: string } => ({ name, provider: providerOf(name) });

const order = (name: string, status: string): Record<string, string> => ({ status, provider: providerOf(name) });
