/**
 * In Traefik services report changes of their health to their parents; ours are polled. This simulates both over random
 * trees and outages: they must always agree on which services are up.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { ServiceConfig } from '../model.ts';
import { buildServices } from './build.ts';
import { exampleCheck, exampleConfig, exampleFailover, exampleLoadBalancer, exampleWeighted } from './test-examples.ts';

/** Traefik's state of one service, and the parents that it notifies. */
class Reporting {
  readonly #up = new Set<string>();
  readonly #parents: ((up: boolean) => void)[] = [];
  /** What its parents know: up, until notified. */
  believed = true;

  constructor(children: readonly string[]) {
    for (const child of children) this.#up.add(child);
    this.#parents.push((up) => {
      this.believed = up;
    });
  }

  tell(parent: (up: boolean) => void): void {
    this.#parents.push(parent);
  }

  set(child: string, up: boolean): void {
    const before = this.#up.size > 0;
    if (up) this.#up.add(child);
    else this.#up.delete(child);
    const after = this.#up.size > 0;
    if (before !== after) for (const parent of this.#parents) parent(after);
  }
}

const reportingOf = (services: Readonly<Record<string, ServiceConfig>>): Map<string, Reporting> => {
  const made = new Map<string, Reporting>();
  for (const [name, config] of Object.entries(services)) {
    const children =
      config.kind === 'loadBalancer'
        ? config.servers.map(({ url }) => url)
        : config.kind === 'weighted'
          ? config.services.map(({ written }) => written)
          : [config.service, config.fallback].map((child) => child.replace('@file', ''));
    const one = new Reporting(children);
    made.set(name, one);
    if (config.kind === 'loadBalancer') continue;
    for (const child of new Set(children)) made.get(child)!.tell((up) => one.set(child, up));
  }
  return made;
};

const BALANCERS = ['a', 'b', 'c', 'none'];
const URLS = ['http://a0', 'http://a1', 'http://b0', 'http://c0'];
const leaf = (name: string): ServiceConfig =>
  exampleLoadBalancer(
    URLS.filter((url) => url.startsWith(`http://${name}`)),
    { healthCheck: exampleCheck() },
  );

/** Each service has children only among those before it, so there is no cycle. */
const trees = fc
  .array(fc.record({ weighted: fc.boolean(), picks: fc.array(fc.nat(), { maxLength: 4 }) }), { maxLength: 6 })
  .map((levels) => {
    const services: Record<string, ServiceConfig> = Object.fromEntries(BALANCERS.map((name) => [name, leaf(name)]));
    levels.forEach(({ weighted, picks }, i) => {
      const names = Object.keys(services);
      const children = picks.map((pick) => names[pick % names.length]!);
      services[`s${i}`] = weighted
        ? exampleWeighted(children, { healthCheck: true })
        : exampleFailover(children[0] ?? 'a', children[1] ?? 'b', { healthCheck: true });
    });
    return services;
  });
const outages = fc.array(fc.record({ url: fc.constantFrom(...URLS), up: fc.boolean() }), { maxLength: 25 });

test('polling always gives the same status as reporting', () => {
  fc.assert(
    fc.property(trees, outages, (services, events) => {
      const down = new Set<string>();
      const { services: asked } = buildServices(exampleConfig(services), {
        random: () => 0.5,
        status: { isUp: (_, url) => !down.has(url) },
      });
      const reporting = reportingOf(services);
      for (const { url, up } of events) {
        if (up) down.delete(url);
        else down.add(url);
        for (const name of BALANCERS.filter((one) => url.startsWith(`http://${one}`)))
          reporting.get(name)!.set(url, up);
        for (const [name, { believed }] of reporting) assert.equal(asked.get(`${name}@file`)!.isUp(), believed, name);
      }
    }),
    { numRuns: 300 },
  );
});
