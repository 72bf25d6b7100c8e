/** The pieces that most areas build their files from. */
import type { Lab } from '../case.ts';
import type { Json, JsonObject } from '../subject.ts';

export const route = (rule: string, service: string, more: JsonObject = {}): JsonObject => ({ rule, service, ...more });

export const prefix = (path: string, service: string, more: JsonObject = {}): JsonObject =>
  route(`PathPrefix(\`${path}\`)`, service, more);

/** A load balancer over the origins of these names; `name*3` gives a weight. */
export const pool = (names: string, more: JsonObject = {}): JsonObject => ({
  loadBalancer: { servers: names.split(' ').filter(Boolean).map(server), ...more },
});

const server = (text: string): Json => {
  const [name, weight] = text.split('*');
  return weight === undefined ? { url: `{${name}}` } : { url: `{${name}}`, weight: Number(weight) };
};

export const sticky = (cookie: JsonObject = {}): JsonObject => ({ sticky: { cookie } });

/** For each name a router for `/name` and a service. */
export const eachUnderItsName = (services: Readonly<Record<string, JsonObject>>): JsonObject =>
  Object.fromEntries(Object.keys(services).map((name) => [name, prefix(`/${name}`, name)]));

/** Waits until the answers show the result of the health check. */
export const become = async (
  lab: Lab,
  path: string,
  wanted: (by: string | number) => boolean,
  headers = {},
): Promise<boolean> => {
  const deadline = Date.now() + 5_000;
  while (Date.now() < deadline) {
    const { by, status } = await lab.send({ path, headers });
    if (wanted(by ?? status ?? 'nothing')) return true;
  }
  return false;
};
